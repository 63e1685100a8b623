import { resolve } from 'node:path';
import { joinWords } from '../command/shell-words.ts';
import { formatFlagsDest } from '../operation.ts';
import { runsInPython } from '../operation-def.ts';
import type { RunOptions } from '../request.ts';
import type { World } from '../world.ts';
import { sourceDest, type KnownOperation } from './plan-operation.ts';

/** The variables of an operation that don't depend on its flags. */
export function staticVariables(
  { def, dest }: KnownOperation,
  opspec: string,
  { options, world }: { readonly options: RunOptions; readonly world: World },
): Record<string, string> {
  const python = runsInPython(def.program);
  const paths = [sourceDest(def), ...def.pythonPath];
  const hidden = options.noGpus === true ? '' : options.gpus;
  return {
    GUILD_OP: opspec,
    GUILD_PLUGINS: python ? 'python_script' : '',
    GUILD_SOURCECODE: paths.join(':'),
    PROJECT_DIR: def.model.dir,
    CMD_DIR: world.cwd,
    LOG_LEVEL: world.env['LOG_LEVEL'] ?? '20',
    ...(dest === null ? {} : { FLAGS_DEST: formatFlagsDest(dest) }),
    ...(python ? { PYTHONPATH: paths.join(':') } : {}),
    ...(def.handleKeyboardInterrupt ? { HANDLE_KEYBOARD_INTERRUPT: '1' } : {}),
    ...(hidden === undefined ? {} : { CUDA_VISIBLE_DEVICES: hidden }),
    ...debuggerVariables(options),
    ...debugSource(options, world),
  };
}

/** `--debug-sourcecode`: modules come from these folders instead of the run directory. */
export function debugSource(
  { debugSourcecode }: RunOptions,
  { cwd }: Pick<World, 'cwd'>,
): Record<string, string> {
  if (debugSourcecode === undefined) return {};
  const paths = debugSourcecode.split(':').map((path) => resolve(cwd, path));
  return { GUILD_SOURCECODE: paths.join(':'), PYTHONPATH: paths.join(':') };
}

/** Where the wrapper stops: `--break` and `--break-on-error`. */
export function debuggerVariables({ break: places = [], breakOnError }: RunOptions): Record<string, string> {
  return {
    ...(places.length === 0 ? {} : { PDB_BREAKS: joinWords(places) }),
    ...(breakOnError === true ? { BREAK_ON_ERROR: '1' } : {}),
  };
}
