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
  flags,
  operation,
}: Pick<Plan, 'dependencies' | 'flags' | 'operation'>): RenderedFile[] {
  const passed = new Map([...flags].filter(([name]) => operation.cmdFlags.get(name)?.argSkip !== true));
  return dependencies.flatMap((dependency) =>
    dependency.kind === 'config'
      ? [{ at: dependency.at, text: renderConfig(dependency, dependency.params, passed) }]
      : [],
  );
}
