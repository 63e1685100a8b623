import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';

/** Lets a listing ask a host again that didn't answer the last one within its second, as happens on a swamped machine. */
export function forgetUnanswered({ sortieHome }: Lab): void {
  rmSync(join(sortieHome, 'cache/unanswered'), { recursive: true, force: true });
}
