import { isMap, type Value, type ValueMap } from '../value.ts';
import { warningAt } from './problem.ts';

/** Attributes that a run has of its own. */
const RESERVED: ReadonlySet<string> = new Set(
  'id initialized started stopped cmd flags user_flags label tags comments marked exit_status env host user platform plugins random_seed run_params op deps sourcecode_digest vcs_commit pip_freeze opdef_attrs steps trials max_trials objective stage_trials compare'.split(
    ' ',
  ),
);

/** `run-attrs`, without what a run has of its own, which is warned about as Guild does; null for none. */
export function buildRunAttrs(
  data: ValueMap,
  file: string,
): { readonly attrs: Value; readonly warnings: readonly string[] } {
  const map = data['run-attrs'];
  if (!isMap(map)) return { attrs: null, warnings: [] };
  const kept = Object.entries(map).filter(([name]) => !RESERVED.has(name));
  const warnings = Object.keys(map)
    .filter((key) => RESERVED.has(key))
    .map((key) =>
      warningAt(`'${key}' in run-attrs is an attribute of every run - ignoring it`, { map, key, file }),
    );
  return { attrs: kept.length === 0 ? null : Object.fromEntries(kept), warnings };
}
