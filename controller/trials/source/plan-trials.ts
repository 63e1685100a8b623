import { UserError } from '#protocol';
import type { Flags } from '../flags.ts';
import { gridOf, joinGrids } from '../grid.ts';
import { MersenneTwister } from '../random/mersenne-twister.ts';
import { sample } from '../random/sample.ts';
import { randomTrials } from '../search/random-trials.ts';
import { searchFlags } from '../search/search-flags.ts';
import type { FixedTrials } from './fixed-source.ts';

/** As the manual promises: generated trials are limited to this many unless the user says otherwise. */
const DEFAULT_MAX_TRIALS = 20;

/** Everything that decides a batch's trials: the same spec gives the same trials for ever. */
export interface TrialsSpec {
  /** `+` for lists and batch files, `random` for a search. */
  readonly operation: string;
  /** All flags of the operation, lists and search spaces among them. */
  readonly flags: Flags;
  /** Those that the user typed: they win over the rows of files, and a search leaves them as they are. */
  readonly userFlags: Flags;
  /** The rows of all batch files in order; null without one. */
  readonly rows: readonly Flags[] | null;
  /** What a search may draw for flags that the user left alone. */
  readonly searchSpace: Flags;
  /** As given by `--max-trials`; null for the default. */
  readonly maxTrials: number | null;
  /** What the operation says in its place; 20 unless given. */
  readonly defaultMaxTrials?: number;
  readonly seed: bigint;
}

export interface PlannedTrials extends FixedTrials {
  /** How many the lists, files and so on make before any limit. Null where that has no end. */
  readonly generated: number | null;
  /** What the user should be told of a limit that was not asked for. */
  readonly notice: string | null;
}

/** The trials of a batch. Errors: `grid-too-large`, `no-search-dimensions`, `bad-search-space`, `unknown-optimizer`. */
export function planTrials(spec: TrialsSpec): PlannedTrials {
  switch (spec.operation) {
    case '+':
      return grid(spec);
    case 'random':
      return search(spec);
    default:
      throw new UserError({
        code: 'unknown-optimizer',
        message: `the optimizer '${spec.operation}' is not supported`,
        hint: 'Use --optimizer gp, forest, gbrt or random, or flag lists and batch files without --optimizer.',
      });
  }
}

/** Each row over the operation's flags and under the user's; each list in what results multiplies it. */
function bases({ flags, userFlags, rows }: TrialsSpec): readonly Flags[] {
  return rows === null ? [flags] : rows.map((row) => overlaid(flags, row, userFlags));
}

/** The later of the flags win. There may be many rows: no pairs are made on the way. */
function overlaid(flags: Flags, row: Flags, userFlags: Flags): Flags {
  const all = new Map(flags);
  for (const [name, value] of row) all.set(name, value);
  for (const [name, value] of userFlags) all.set(name, value);
  return all;
}

function grid(spec: TrialsSpec): PlannedTrials {
  const all = joinGrids(bases(spec).map(gridOf));
  // Rows of files were written one by one: only what lists make has a limit that nobody asked for.
  const limit = spec.maxTrials ?? (spec.rows === null ? usual(spec) : Infinity);
  if (all.size <= limit) return { ...all, generated: all.size, notice: null };
  const chosen = [...sample(new MersenneTwister(spec.seed), all.size, limit)].sort((a, b) => a - b);
  return {
    size: limit,
    at: (index) => all.at(chosen[index] ?? 0),
    generated: all.size,
    notice: spec.maxTrials === null ? limitNotice(all.size, spec) : null,
  };
}

function usual({ defaultMaxTrials = DEFAULT_MAX_TRIALS }: Pick<TrialsSpec, 'defaultMaxTrials'>): number {
  return defaultMaxTrials;
}

function limitNotice(generated: number, spec: TrialsSpec): string {
  return `${generated} trials were generated, of which a random sample of ${usual(spec)} is run (seed ${spec.seed}). Use --max-trials ${generated} to run all.`;
}

/** A batch file's rows share the trials of a search evenly, the first ones taking what is left over. */
function search(spec: TrialsSpec): PlannedTrials {
  const count = maxTrialsOf(spec);
  const all = bases(spec);
  const isUserFlag = (index: number) => (name: string) =>
    spec.userFlags.has(name) || spec.rows?.[index]?.has(name) === true;
  const trials = all.flatMap((flags, index) => {
    const share = Math.floor(count / all.length) + (index < count % all.length ? 1 : 0);
    const searched = searchFlags(flags, spec.searchSpace, isUserFlag(index));
    return randomTrials({ flags: searched, count: share, seed: spec.seed + BigInt(index) });
  });
  return {
    size: trials.length,
    at: (index) => trials[index] ?? new Map(),
    generated: null,
    notice: searchNotice(spec),
  };
}

/** How many trials a search runs. */
export function maxTrialsOf(spec: Pick<TrialsSpec, 'maxTrials' | 'defaultMaxTrials'>): number {
  return spec.maxTrials ?? usual(spec);
}

/** The flags of a search over no rows: those that the user left alone are what the operation says of them. */
export function searchedFlags({ flags, userFlags, searchSpace }: TrialsSpec): Flags {
  return searchFlags(flags, searchSpace, (name) => userFlags.has(name));
}

function searchNotice(spec: TrialsSpec): string | null {
  if (spec.maxTrials !== null) return null;
  return `A random search runs ${usual(spec)} trials unless told otherwise. Use --max-trials N to run N.`;
}

/** All trials in order. */
export function allTrials(trials: FixedTrials): readonly Flags[] {
  return Array.from({ length: trials.size }, (_, index) => trials.at(index));
}
