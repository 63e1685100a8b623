import type { Plan } from '../plan.ts';
import { renderConfig } from './config-file.ts';

/** A small file whose text depends on the flags. `at` is relative to the run directory. */
export interface RenderedFile {
  readonly at: string;
  readonly text: string;
}

/** The configuration files of a run, with its flags in them: to be packed as a tree that replaces what the source has there. */
export function renderedFiles({
  dependencies,
  flags: values,
  operation: { cmdFlags },
}: Pick<Plan, 'dependencies' | 'flags'> & {
  readonly operation: Pick<Plan['operation'], 'cmdFlags'>;
}): RenderedFile[] {
  const named = [...values].map(([name, value]) => {
    const { argName = name, argSkip = false } = cmdFlags.get(name) ?? {};
    return { name: argName, value, isSkipped: argSkip };
  });
  const flags = new Map(named.map(({ name, value }) => [name, value]));
  const passed = new Set(named.flatMap(({ name, isSkipped }) => (isSkipped ? [] : [name])));
  return dependencies.flatMap((dependency) => {
    if (dependency.kind !== 'config') return [];
    const { at, params, takesAll } = dependency;
    const added = takesAll ? passed : new Set<string>();
    return [{ at, text: renderConfig(dependency, { params, flags, added }) }];
  });
}
