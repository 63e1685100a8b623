import type { CommandFlag } from '../operation.ts';
import type { Value } from '../value.ts';

export const FLAG_TYPES = ['string', 'int', 'float', 'number', 'boolean', 'path', 'existing-path'] as const;
export type FlagType = (typeof FLAG_TYPES)[number];

export interface Choice {
  readonly value: Value;
  readonly description: string;
  readonly alias: Value | undefined;
  /** Flags that this choice sets unless the user did. */
  readonly flags: ReadonlyMap<string, Value>;
}

/** A flag as guild.yml, a script, or both define it. */
export interface FlagDef {
  readonly name: string;
  readonly default: Value;
  /** The default is the script's own: what the script would use itself, so a path is left as it is. */
  readonly scriptDefault: boolean;
  readonly description: string;
  readonly type: FlagType | null;
  readonly required: boolean;
  /** None: any value. */
  readonly choices: readonly Choice[];
  /** Values other than the choices are welcome too. */
  readonly allowOther: boolean;
  readonly min: Value;
  readonly max: Value;
  readonly distribution: string | null;
  readonly alias: string | null;
  readonly nullLabel: Value | undefined;
  readonly command: CommandFlag;
  readonly extra: ReadonlyMap<string, Value>;
}

export function flagDef(name: string, given: Partial<FlagDef> = {}): FlagDef {
  return {
    name,
    default: null,
    scriptDefault: false,
    description: '',
    type: null,
    required: false,
    choices: [],
    allowOther: false,
    min: null,
    max: null,
    distribution: null,
    alias: null,
    nullLabel: undefined,
    command: {},
    extra: new Map(),
    ...given,
  };
}

export function choice(value: Value, given: Partial<Choice> = {}): Choice {
  return { value, description: '', alias: undefined, flags: new Map(), ...given };
}
