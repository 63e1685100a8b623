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

const SWITCHES =
  'background break_on_error edit_batch_comment edit_comment edit_flags fail_on_trial_error force_deps force_flags force_sourcecode help_model help_op keep_batch keep_run needed no_gpus no_wait optimize print_cmd print_env print_trials quiet stage stage_trials test_flags test_sourcecode yes'.split(
    ' ',
  );
const LISTS = 'batch_tags break_ deps opt_flags tags'.split(' ');
const VALUES =
  'batch_comment batch_label comment debug_sourcecode gpus label max_trials maximize minimize optimizer pidfile proto random_seed remote restart run_dir run_id save_trials stop_after test_output_attrs test_output_scalars'.split(
    ' ',
  );

/** Every option of `guild run` as it is when it wasn't given. */
const NOT_GIVEN: ValueMap = Object.fromEntries<Value>([
  ...SWITCHES.map((name) => [name, false] as const),
  ...LISTS.map((name) => [name, []] as const),
  ...VALUES.map((name) => [name, null] as const),
]);

/** The attribute `run_params`: every option under Guild's name for it, and the words of the command. Options of our own are there when given. */
export function runParams({ opspec, flagArgs, options }: RunRequest): ValueMap {
  const params: Record<string, Value> = { ...NOT_GIVEN, opspec, flags: flagArgs };
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
