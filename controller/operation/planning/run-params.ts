import type { RunRequest } from '../request.ts';
import type { Value, ValueMap } from '../value.ts';

/** Guild's names where they aren't the option's own with underscores. */
const NAMES: Readonly<Record<string, string>> = {
  tag: 'tags',
  batchTag: 'batch_tags',
  optFlag: 'opt_flags',
  dep: 'deps',
  break: 'break_',
};

/** The attribute `run_params`: every option that was given, under Guild's name for it, and the words of the command. */
export function runParams({ opspec, flagArgs, options }: RunRequest): ValueMap {
  const params: Record<string, Value> = { opspec, flags: flagArgs };
  for (const [name, given] of Object.entries(options) as [
    string,
    boolean | string | number | readonly string[] | undefined,
  ][]) {
    if (given === undefined) continue;
    const key = NAMES[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    params[key] = typeof given === 'number' && Number.isInteger(given) ? BigInt(given) : given;
  }
  return params;
}
