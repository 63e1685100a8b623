import { shortId, UserError } from '#protocol';
import { operationName } from '../read/opref.ts';
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

/** For `--restart` and `--proto`: an operation's marked or newest run, else what the beginning of an id means. */
export function selectByOperation(runs: readonly Run[], word: string): Run {
  const ofOperation = runs.filter(({ opref, protoOpref }) => operationName(opref, protoOpref) === word);
  return ofOperation.find(isMarked) ?? ofOperation[0] ?? selectById(runs, word);
}

const HINT =
  "Try 'sortie runs' for a list, or 'sortie runs --deleted': a batch is in the trash once it came through.";

function selectByWord(runs: readonly Run[], word: string): Run[] {
  const [, index] = /^\s*([+-]?\d+)\s*$/.exec(word) ?? [];
  const [, from, to] = /^(\d+)?:(\d+)?$/.exec(word) ?? [];
  const isSlice = index !== undefined || word.includes(':');
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
      message: `could not find a run matching '${prefix}'`,
      hint: HINT,
    });
  }
  if (others.length > 0) throw ambiguous(prefix, matches);
  return only;
}

function ambiguous(word: string, matches: readonly Run[]): UserError {
  const ids = matches.map(({ id }) => `  ${shortId(id)}`).join('\n');
  return new UserError({
    code: 'ambiguous-run',
    message: `'${word}' matches multiple runs:\n${ids}`,
    hint: 'Give more of its id.',
  });
}
