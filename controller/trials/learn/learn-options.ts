import { encodeValue, UserError, type Value } from '#protocol';
import type { Flags } from '../flags.ts';

const LEARNERS = ['gp', 'forest', 'gbrt'] as const;
export type Learner = (typeof LEARNERS)[number];

const ACQUISITIONS = ['LCB', 'EI', 'PI', 'gp_hedge'] as const;
const PREVIOUS = ['batch', 'sourcecode', 'operation'] as const;

/** The flags of an optimizer that learns, as Guild names them. */
export interface LearnOptions {
  readonly randomStarts: number;
  readonly acquisition: (typeof ACQUISITIONS)[number];
  readonly kappa: number;
  /** In deviations of the objective. */
  readonly xi: number;
  /** The variance of the objective's noise, in its own units; null: it is learned. */
  readonly noise: number | null;
  /** Whose results are used besides the batch's own. */
  readonly previous: (typeof PREVIOUS)[number];
}

/** Whether that optimizer proposes each trial from the results of those before. */
export function isLearner(operation: string): operation is Learner {
  return (LEARNERS as readonly string[]).includes(operation);
}

/** Reads an optimizer's flags. Those that it doesn't have are as the method is used without them. Errors: `bad-optimizer-flag`. */
export function learnOptions(flags: Flags): LearnOptions {
  return {
    randomStarts: number(flags, 'random-starts', { usual: 3, least: 0, isWhole: true }),
    acquisition: acquisition(flags.get('acq-func') ?? 'EI'),
    kappa: number(flags, 'kappa', { usual: 1.96, least: 0 }),
    xi: number(flags, 'xi', { usual: 0.05, least: -Infinity }),
    noise: (flags.get('noise') ?? 'gaussian') === 'gaussian' ? null : number(flags, 'noise', { least: 0 }),
    previous: oneOf('prev-trials', flags.get('prev-trials') ?? 'sourcecode', PREVIOUS),
  };
}

function acquisition(value: Value): LearnOptions['acquisition'] {
  if (value === 'EIps' || value === 'PIps')
    throw bad('acq-func', value, `trials are not weighed by the time they take: use ${value.slice(0, 2)}`);
  return oneOf('acq-func', value, ACQUISITIONS);
}

function oneOf<T extends string>(name: string, value: Value, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw bad(name, value, `It is one of ${choices.join(', ')}.`);
  return found;
}

function number(
  flags: Flags,
  name: string,
  {
    usual,
    least,
    isWhole = false,
  }: { readonly usual?: number; readonly least: number; readonly isWhole?: boolean },
): number {
  const value = flags.get(name) ?? usual;
  const given = typeof value === 'bigint' ? Number(value) : value;
  const fits =
    typeof given === 'number' &&
    Number.isFinite(given) &&
    given >= least &&
    (!isWhole || Number.isInteger(given));
  if (fits) return given;
  const or = name === 'noise' ? "'gaussian', or " : '';
  throw bad(
    name,
    value ?? null,
    `It is ${or}a ${isWhole ? 'whole ' : ''}number${least === 0 ? ' from 0' : ''}.`,
  );
}

function bad(name: string, value: Value, hint: string): UserError {
  return new UserError({
    code: 'bad-optimizer-flag',
    message: `unsupported value for optimizer flag '${name}': ${encodeValue(value)}`,
    hint,
  });
}
