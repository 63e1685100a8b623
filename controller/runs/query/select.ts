import { UserError } from '#protocol';
import { operationName } from '../read/opref.ts';
import { formatRunTable } from '../render/run-table.ts';
import { isMarked, type Run } from '../read/run.ts';

/**
 * Runs that words mean, of a listing: an index from 1, a slice `A:B` of indexes (B included), or the beginning of an id. A number that
 * is no index may begin an id. All runs without words; each once. Throws UserError `no-such-run` and `ambiguous-run`.
 */
export function selectRuns(runs: readonly Run[], words: readonly string[]): Run[] {
  if (words.length === 0) return [...runs];
  return [...new Set(words.flatMap((word) => selectByWord(runs, word)))];
}

/** The one run that a word means; the newest without one. */
export function selectOne(runs: readonly Run[], word = '1'): Run {
  const [run, ...others] = selectRuns(runs, [word]);
  if (run === undefined)
    throw new UserError({ code: 'no-such-run', message: 'no matching runs', hint: HINT });
  if (others.length > 0) throw ambiguous(word, [run, ...others]);
  return run;
}

/** For `--restart` and `--proto`: an operation's marked or newest run, else the run that an index or the beginning of an id means. */
export function selectByOperation(runs: readonly Run[], word: string): Run {
  const ofOperation = runs.filter(({ opref, protoOpref }) => operationName(opref, protoOpref) === word);
  return ofOperation.find(isMarked) ?? ofOperation[0] ?? selectOne(runs, word);
}

const HINT = "Try 'sortie runs' for a list, or 'sortie runs --deleted' for the trash.";

const ID_LENGTH = 32;

function selectByWord(runs: readonly Run[], word: string): Run[] {
  const [, index] = /^\s*([+-]?\d+)\s*$/.exec(word) ?? [];
  const [, from, to] = /^(\d+)?:(\d+)?$/.exec(word) ?? [];
  // A whole id may have no letter in it.
  const isSlice = (index !== undefined && index.length < ID_LENGTH) || word.includes(':');
  const start = index === undefined ? Number(from ?? 1) - 1 : Number(index) - 1;
  const end = index === undefined ? Number(to ?? runs.length) : Number(index);
  if (isSlice && start >= 0 && end <= runs.length) return runs.slice(start, end);
  return [selectById(runs, word)];
}

function selectById(runs: readonly Run[], prefix: string): Run {
  const matches = runs.filter(({ id }) => id.startsWith(prefix));
  const [only, ...others] = matches;
  if (only === undefined) {
    throw new UserError({
      code: 'no-such-run',
      message: `no run matches '${prefix}'`,
      hint: HINT,
    });
  }
  if (others.length > 0) throw ambiguous(prefix, matches);
  return only;
}

/** More rows help nobody to choose. */
const MOST_MATCHES = 10;

function ambiguous(word: string, matches: readonly Run[]): UserError {
  const shown = matches.slice(0, MOST_MATCHES);
  const table = formatRunTable(shown, { firstIndex: null, cwd: '', indent: 2 }).trimEnd();
  const more = matches.length - shown.length;
  return new UserError({
    code: 'ambiguous-run',
    message: `'${word}' matches ${matches.length} runs:\n${table}${more === 0 ? '' : `\n  and ${more} more`}`,
    hint: "Give more of its id, or its index in 'sortie runs'.",
  });
}
