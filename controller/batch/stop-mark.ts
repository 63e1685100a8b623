import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BATCH_FOLDER } from './batch-file.ts';

const markOf = (dir: string) => join(dir, BATCH_FOLDER, 'stopped');

/** A coordinator that is told to stop leaves a mark, so that nobody takes its end for an accident. */
export function markStopped(dir: string): void {
  writeFileSync(markOf(dir), '');
}

/** One that begins is no stopped one any more. */
export function clearStopped(dir: string): void {
  rmSync(markOf(dir), { force: true });
}

export function wasStopped(dir: string): boolean {
  return existsSync(markOf(dir));
}
