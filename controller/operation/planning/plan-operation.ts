import { join } from 'node:path';
import { PYTHON_EXE, usageError, type GpuRequest, type UserError } from '#protocol';
import { noBreaksInNotebook, notebookCommand } from '../command/notebook-command.ts';
import { pythonCommand, scriptOf } from '../command/python-command.ts';
import { flagValues, type FlagValueOptions } from '../flags/flag-values.ts';
import type { FlagDef } from '../flags/flag-def.ts';
import { importFlags, type ScriptImport } from '../imports/import-flags.ts';
import { notebookFlags, replacements } from '../imports/notebook-flags.ts';
import { configDestination } from '../dependencies/config-destination.ts';
import type { Requirement } from '../dependencies/requirement.ts';
import { resourceFlags } from '../dependencies/resource-flags.ts';
import { mergeFlags } from '../imports/merge-flags.ts';
import { FLAG_ARGS, type CommandFlag, type FlagsDest, type OperationData } from '../operation.ts';
import { runsInPython, type OperationDef } from '../operation-def.ts';
import type { RunOptions } from '../request.ts';
import type { Flags, Value } from '../value.ts';
import type { World } from '../world.ts';

/** An operation whose flags are known: its own and those of its script. */
export interface KnownOperation {
  readonly def: OperationDef;
  readonly flags: ReadonlyMap<string, FlagDef>;
  readonly dest: FlagsDest | null;
  readonly keras: boolean;
  readonly description: string;
  /** The file that `flags-dest: config:FILE` rewrites. */
  readonly configRequirements: readonly Requirement[];
  /** True where nothing can say what flags there are, so that any is passed on. */
  readonly open: boolean;
  readonly warnings: readonly string[];
}

/** Asks the operation's script for its flags, where it has one. Errors: those of `importFlags`. */
export async function knowFlags(
  def: OperationDef,
  world: World,
  requirements: readonly Requirement[] = [],
): Promise<KnownOperation> {
  const known = await ownFlags(def, world);
  const config = known.dest?.kind === 'config' ? configDestination(known.dest.file, def, world) : null;
  const flags = new Map([
    ...known.flags,
    ...(config === null ? [] : mergeFlags(def, config.flags)),
    ...resourceFlags(requirements),
  ]);
  return { ...known, flags, configRequirements: config === null ? [] : [config.requirement] };
}

async function ownFlags(
  def: OperationDef,
  world: World,
): Promise<Omit<KnownOperation, 'configRequirements'>> {
  const script = programFile(def, world);
  const wanted = def.flagsImport === 'all' || def.flagsImport === 'defined' || def.flagsImport.length > 0;
  const { program } = def;
  const dest = def.flagsDest ?? defaultDest(def);
  if (!wanted || script === null || (program.kind !== 'python' && program.kind !== 'notebook'))
    return {
      def,
      flags: def.flags,
      dest,
      keras: false,
      description: def.description,
      open: def.opref.startsWith('script:') && def.program.kind === 'exec',
      warnings: [],
    };
  const projectDir = sourceRoot(def);
  const found: ScriptImport =
    program.kind === 'notebook'
      ? await notebookFlags({ path: script, projectDir, flags: def.flags }, world)
      : await importFlags({ script, projectDir, dest: def.flagsDest, baseArgs: program.args }, world);
  return {
    def,
    flags: mergeFlags(def, found.flags),
    dest: program.kind === 'notebook' ? dest : found.dest,
    keras: found.keras,
    description: def.description || (found.description ?? ''),
    open: found.open,
    warnings: found.warnings,
  };
}

/** Where the source of an operation begins: `root` of its `sourcecode`, below the project. */
export function sourceRoot({ model, sourcecode }: OperationDef): string {
  const root = setting(sourcecode, 'root') ?? setting(model.sourcecode, 'root');
  return root === null ? model.dir : join(model.dir, root);
}

export function sourceDest({ model, sourcecode }: OperationDef): string {
  return setting(sourcecode, 'dest') ?? setting(model.sourcecode, 'dest') ?? '.';
}

function setting(config: Value | undefined, name: string): string | null {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return null;
  const value = (config as { readonly [key: string]: Value })[name];
  return typeof value === 'string' ? value : null;
}

function defaultDest({ program }: OperationDef): FlagsDest | null {
  if (program.kind === 'notebook') return { kind: 'globals' };
  return program.kind === 'python' ? { kind: 'args', framework: 'argparse' } : null;
}

/** The script or notebook whose flags are to be read; null where there is none here. */
function programFile(def: OperationDef, world: World): string | null {
  const root = sourceRoot(def);
  const isSource = (path: string) => world.files.kind(join(root, path)) === 'file';
  if (def.program.kind === 'notebook')
    return isSource(def.program.path) ? join(root, def.program.path) : null;
  if (def.program.kind !== 'python') return null;
  const script = scriptOf({ main: def.program.main, isSource });
  return script === null ? null : join(root, script);
}

/** The command template and all else that the attribute `op` keeps. */
export function operationData(known: KnownOperation, options: RunOptions, world: World): OperationData {
  const { def, flags, dest } = known;
  const root = sourceRoot(def);
  const debug = (options.break?.length ?? 0) > 0 || options.breakOnError === true;
  const cmdFlags = new Map<string, CommandFlag>();
  for (const [name, flag] of flags) {
    const skip = flag.command.argSkip ?? (def.defaultFlagArgSkip ? true : undefined);
    const command = { ...flag.command, ...(skip === undefined ? {} : { argSkip: skip }) };
    if (Object.keys(command).length > 0) cmdFlags.set(name, command);
  }
  return {
    cmdArgs: commandWords(def, {
      dest,
      debug,
      hasFlags: flags.size > 0 || options.forceFlags === true,
      isSource: (path) => world.files.kind(join(root, path)) === 'file',
    }).map((word) => withPlaces(word, def)),
    cmdEnv: def.env,
    withheld: [],
    cmdFlags,
    flagsDest: dest,
    nullLabels: new Map(
      [...flags.values()].flatMap(({ name, nullLabel }) =>
        nullLabel === undefined ? [] : [[name, nullLabel]],
      ),
    ),
    labelTemplate: def.label,
    pythonRequires: def.pythonRequires,
    isPython: runsInPython(def.program),
    pipFreeze: def.pipFreeze,
    outputScalars: def.outputScalars,
    outputAttrs: def.outputAttrs,
    deps: def.requires,
    sourcecode: { dest: sourceDest(def), root: setting(def.sourcecode, 'root') },
    flagsExtra: new Map(
      [...flags.values()].flatMap(({ name, extra }) =>
        extra.size === 0 ? [] : [[name, Object.fromEntries(extra)]],
      ),
    ),
    deleteOnSuccess: def.deleteOnSuccess && options.keepRun !== true,
  };
}

function commandWords(
  def: OperationDef,
  init: {
    readonly dest: FlagsDest | null;
    readonly hasFlags: boolean;
    readonly debug: boolean;
    readonly isSource: (path: string) => boolean;
  },
): readonly string[] {
  const { program } = def;
  switch (program.kind) {
    case 'python':
      return pythonCommand({ ...program, ...init, sourceDest: sourceDest(def) });
    case 'exec':
      // A script run for itself takes its flags; an `exec` says with ${flag_args} where they go.
      return program.words.map((word) => (word === '${flag_args}' ? FLAG_ARGS : word));
    case 'steps':
      return [];
    case 'notebook':
      if (init.debug) throw noBreaksInNotebook();
      if (!init.isSource(program.path)) throw noNotebook(program.path);
      return notebookCommand({
        ...program,
        sourceDest: sourceDest(def),
        replacements: replacements(def.flags),
      });
  }
}

function noNotebook(path: string): UserError {
  return usageError({
    code: 'no-notebook',
    message: `cannot find notebook '${path}'`,
    hint: "Put it in the project's folder, or below the 'root' of its 'sourcecode'.",
  });
}

/** A word of the command with what doesn't depend on flags in it. Guild's own interpreter and that of its runs are one here. */
function withPlaces(word: string, { model }: OperationDef): string {
  return word
    .replaceAll('${project_dir}', () => model.dir)
    .replaceAll('${guild_python_exe}', () => PYTHON_EXE);
}

/** `--gpus 0,1` and `--no-gpus`. */
export function gpuRequest({ gpus, noGpus }: RunOptions): GpuRequest {
  if (noGpus === true || gpus === '') return { kind: 'none' };
  const devices = gpus
    ?.split(',')
    .map((device) => device.trim())
    .filter(Boolean);
  return { kind: 'all', devices: devices ?? null };
}

/** The flags' values: typed, given by a prototype, or default. */
export function operationFlags(
  known: KnownOperation,
  sources: { readonly typed: ReadonlyMap<string, string>; readonly given: Flags },
  {
    world,
    ...options
  }: Pick<FlagValueOptions, 'opspec' | 'force' | 'givenByRows'> & { readonly world: World },
): { readonly flags: Flags; readonly userFlags: Flags } {
  return flagValues(sources, known.flags, {
    ...options,
    cwd: world.cwd,
    home: world.env['HOME'],
    exists: (path) => world.files.kind(path) !== null,
  });
}
