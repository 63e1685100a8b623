import { shortId, type Value } from '#protocol';
import { encodeValue } from '#controller/operation';
import type { BatchAct } from './batch-event.ts';
import type { BatchFile, Trial } from './batch-file.ts';

/** A line of a batch's log, with its level; Guild's words where it has any. */
export function batchLine(
  { words, host, why }: Extract<BatchAct, { readonly type: 'say' }>,
  trial: Trial | undefined,
  batch: BatchFile,
): string {
  const id = trial === undefined ? '' : shortId(trial.id);
  const reason = why === '' ? '' : `: ${why}`;
  switch (words) {
    case 'staged':
      return `INFO: [sortie] Staged trial ${id} on ${host}: ${trialWords(trial, batch)}`;
    case 'running':
      return `INFO: [sortie] Running trial ${id} on ${host}: ${trialWords(trial, batch)}`;
    case 'again':
      return `WARNING: [sortie] Trial ${id} was lost on ${host} (${why}), running it again`;
    case 'error':
      return `ERROR: [sortie] Trial ${id} exited with an error (${why}) - see 'sortie cat ${id}'`;
    case 'terminated':
      return `INFO: [sortie] Trial ${id} was terminated`;
    case 'lost':
      return `ERROR: [sortie] Trial ${id} was lost on ${host}${reason}`;
    case 'refused':
      return `ERROR: [sortie] Trial ${id} could not be started on ${host}${reason}`;
    case 'taken':
      return `INFO: [sortie] Trial ${id} was moved from ${host} to another host`;
    case 'incomplete':
      return `ERROR: [sortie] ${why}`;
    case 'nowhere':
      return 'ERROR: [sortie] The first trial failed on every host, and the others are not started';
  }
}

function trialWords(trial: Trial | undefined, { plan }: BatchFile): string {
  const words = [...(trial?.flags ?? [])]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${readable(value)}`);
  return `${plan.displayName} (${words.join(', ')})`;
}

/** A value as flags are written, but that letters other than ASCII's are themselves. */
function readable(value: Value): string {
  return typeof value === 'string' && /[^ -~]/.test(value) ? JSON.stringify(value) : encodeValue(value);
}
