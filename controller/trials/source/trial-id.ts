import { createHash } from 'node:crypto';
import type { RunId } from '#protocol';

/**
 * The id of a batch's trial, made from the batch's id and the trial's place. A coordinator that was restarted, or two that don't know
 * of each other, give a trial the same id, and a host runs an id once. It has the form of a UUID version 4, as every run's id.
 */
export function trialId(batch: RunId, index: number): RunId {
  const hash = createHash('sha256').update(`${batch}/${index}`).digest('hex');
  const variant = ((Number.parseInt(hash[16] ?? '0', 16) & 3) | 8).toString(16);
  return `${hash.slice(0, 12)}4${hash.slice(13, 16)}${variant}${hash.slice(17, 32)}`;
}
