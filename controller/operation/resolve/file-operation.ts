import { basename, dirname, relative, resolve } from 'node:path';
import { UserError } from '#protocol';
import { operationDef, type OperationDef } from '../operation-def.ts';
import { formatOpRef } from '../opref.ts';
import type { World } from '../world.ts';
import { commonFolder } from './common-path.ts';

/** A Python script, a notebook, or another executable, run for itself, whatever guild.yml says. Null when there is no such file. Errors: `not-executable`. */
export function fileOperation(opspec: string, world: World): OperationDef | null {
  const path = resolve(world.cwd, opspec);
  if (world.files.kind(path) !== 'file') return null;
  const folder = commonFolder(world.cwd, dirname(path));
  const within = relative(folder, path);
  const name = basename(path);
  const common = {
    name,
    model: {
      name: '',
      description: '',
      dir: folder,
      sourcecode: undefined,
      resources: new Map(),
      operations: [],
    },
    opref: formatOpRef({ type: 'script', name: dirname(path), version: '', model: '', operation: name }),
    flagsImport: 'all' as const,
  };
  if (name.endsWith('.py'))
    return operationDef({ ...common, program: { kind: 'python', main: within, args: [] } });
  if (/\.ipynb$/i.test(name))
    return operationDef({ ...common, program: { kind: 'notebook', path: within, args: [] } });
  if (world.files.isExecutable(path))
    return operationDef({ ...common, program: { kind: 'exec', words: [`./${within}`, '${flag_args}'] } });
  throw new UserError({
    code: 'not-executable',
    message: `cannot run '${opspec}': must be an executable file`,
    hint: /\.(?:r|rmd|qmd)$/i.test(name)
      ? `Give guild.yml an operation for it, such as: exec: Rscript ${within} \${flag_args}`
      : `Make it one with: chmod +x ${opspec}`,
  });
}
