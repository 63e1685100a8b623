import { resolve } from 'node:path';
import type { Invocation } from '../command.ts';
import { commands } from '../commands/index.ts';
import type { Context } from '../context.ts';
import { placeOf, type Candidate } from './place.ts';
import { valuesOf } from './values.ts';

/**
 * `sortie complete -- WORDS…`: a line for each way the last word may go on, `WORD<tab>ABOUT`; `:files` and `:folders` ask the shell to add
 * its own. What can't be looked up is left out: nobody reads an error in the middle of typing.
 */
export async function execute({ words }: Invocation, context: Context): Promise<number> {
  const place = placeOf(commands, words);
  const current = words.at(-1) ?? '';
  const { prefix, positionals, values: kind } = place;
  const there = {
    ...context,
    cwd: resolve(context.cwd, place.cwd ?? '.'),
    home: place.home === undefined ? context.home : resolve(place.home),
  };
  const values =
    kind === null
      ? null
      : await valuesOf(kind, { context: there, positionals, typed: current.slice(prefix.length) }).catch(
          (error: unknown) => {
            if (context.debug) throw error;
            return null;
          },
        );
  const found = values?.candidates.map(({ word, about }) => ({ word: `${prefix}${word}`, about })) ?? [];
  const lines = [...place.candidates, ...found].filter(({ word }) => word.startsWith(current)).map(lineOf);
  if (values?.shell != null) lines.push(`:${values.shell}`);
  context.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

function lineOf({ word, about }: Candidate): string {
  return about === '' ? word : `${word}\t${about.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')}`;
}
