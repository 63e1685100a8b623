/** Every command, in the order of `sortie --help`. */
import type { CommandSpec } from '../command.ts';
import { cat } from './cat.ts';
import { demo } from './demo.ts';
import { remotes } from './remotes.ts';
import { run } from './run.ts';
import { stop } from './stop.ts';
import { watch } from './watch.ts';

export const commands: readonly CommandSpec[] = [run, watch, cat, stop, remotes, demo];
