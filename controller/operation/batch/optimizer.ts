import { UserError } from '#protocol';
import { decodeTyped } from '../flags/decode-typed.ts';
import type { OperationDef } from '../operation-def.ts';
import { formatOpRef } from '../opref.ts';
import type { RunOptions } from '../request.ts';
import type { Flags, Value } from '../value.ts';

/** An operation that generates trials, and its flags. */
export interface Optimizer {
  readonly operation: string;
  readonly opref: string;
  readonly flags: Flags;
  readonly userFlags: Flags;
  readonly stagesTrials: boolean;
}

const SEQUENTIAL: Flags = new Map<string, Value>([
  ['random-starts', 3n],
  ['kappa', 1.96],
  ['xi', 0.05],
  ['prev-trials', 'sourcecode'],
]);

const BUILTIN: ReadonlyMap<string, Flags> = new Map<string, Flags>([
  ['+', new Map()],
  ['random', new Map()],
  ['gp', new Map<string, Value>([...SEQUENTIAL, ['acq-func', 'gp_hedge'], ['noise', 'gaussian']])],
  ['forest', SEQUENTIAL],
  ['gbrt', SEQUENTIAL],
]);

const ALIASES: Readonly<Record<string, string>> = { bayesian: 'gp', gaussian: 'gp' };

/** The generator of trials by name, as `-o` or the shape of the flags chose it. Errors: `unknown-optimizer-flag`. */
export function optimizerOf(name: string, given: Flags, optFlags: readonly string[]): Optimizer {
  const bare = name.replace(/^skopt:/, '');
  const operation = ALIASES[bare] ?? bare;
  const defaults = BUILTIN.get(operation);
  const userFlags = new Map<string, Value>();
  const check = (flagName: string) => {
    if (defaults === undefined || defaults.has(flagName)) return;
    throw new UserError({
      code: 'unknown-optimizer-flag',
      message: `unsupported optimizer flag '${flagName}' for '${operation}'`,
      hint: `Use one of: ${[...defaults.keys()].join(', ') || 'none'}`,
    });
  };
  // Those that guild.yml gives it.
  for (const flagName of given.keys()) check(flagName);
  for (const flag of optFlags) {
    const equals = flag.indexOf('=');
    if (equals <= 0)
      throw new UserError({
        code: 'bad-flag-args',
        message: `invalid argument(s):\n${flag}\nexpected NAME=VAL`,
      });
    const flagName = flag.slice(0, equals);
    check(flagName);
    userFlags.set(flagName, decodeTyped(flag.slice(equals + 1), undefined));
  }
  return {
    operation: defaults === undefined ? name : operation,
    opref: formatOpRef({
      type: 'builtin',
      name: 'guildai',
      version: '0.9.1',
      model: operation === '+' ? '' : 'skopt',
      operation,
    }),
    flags: new Map([...(defaults ?? []), ...given, ...userFlags]),
    userFlags,
    stagesTrials: operation === '+' || operation === 'random',
  };
}

/** As Guild names it where it has a model: `skopt:gp`. */
export function shownName({ operation }: Pick<Optimizer, 'operation'>): string {
  return BUILTIN.has(operation) && operation !== '+' ? `skopt:${operation}` : operation;
}

/** The optimizer that the options ask for, by name and with the flags that the operation gives it; null when none is asked for. Errors: `no-default-optimizer`. */
export function requestedOptimizer(
  { optimizer, optimize }: RunOptions,
  { optimizers, name }: Pick<OperationDef, 'optimizers' | 'name'>,
): { readonly name: string; readonly flags: Flags } | null {
  if (optimizer !== undefined) {
    const own = optimizers.find((each) => each.name === optimizer);
    return own === undefined
      ? { name: optimizer, flags: new Map() }
      : { name: own.algorithm, flags: own.flags };
  }
  if (optimize !== true) return null;
  const [only] = optimizers;
  const chosen =
    optimizers.find(({ isDefault }) => isDefault) ?? (optimizers.length === 1 ? only : undefined);
  if (chosen !== undefined) return { name: chosen.algorithm, flags: chosen.flags };
  if (only === undefined) return { name: 'gp', flags: new Map() };
  throw new UserError({
    code: 'no-default-optimizer',
    message: `no default optimizer defined for ${name}`,
    hint: `Specify one of the following with '--optimizer': ${optimizers.map((each) => each.name).join(', ')}`,
  });
}
