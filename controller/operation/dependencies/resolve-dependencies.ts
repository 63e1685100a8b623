import { createHash } from 'node:crypto';
import { basename, dirname, isAbsolute, posix, relative, resolve } from 'node:path';
import { renamed, selectsAll, UserError } from '#protocol';
import type { OperationDef } from '../operation-def.ts';
import type { Flags, Value } from '../value.ts';
import type { World } from '../world.ts';
import { readConfigFile } from './config-file.ts';
import type { Dependency } from './dependency.ts';
import { resourceFlagName } from './resource-flags.ts';
import { withFlagValues } from './flag-references.ts';
import type { Requirement } from './requirement.ts';
import { placeFiles, walk } from './select-files.ts';
import { notMet, unmet, unmetWarning } from './unmet.ts';

export interface ResolvedDependencies {
  readonly dependencies: readonly Dependency[];
  /** The flags, with the ids of the runs that were found. */
  readonly flags: Flags;
  /** Paths below the source's root that are dependencies, and so not source. */
  readonly notSource: readonly string[];
  readonly warnings: readonly string[];
}

export interface ResolveInit {
  readonly def: OperationDef;
  readonly requirements: readonly Requirement[];
  readonly flags: Flags;
  /** `--dep`, relative to the working directory. */
  readonly extra: readonly string[];
  /** `--force-deps`: what isn't met is only a warning. */
  readonly force: boolean;
  readonly sourceRoot: string;
  readonly world: World;
}

const ARCHIVE = /\.(?:zip|tar|tgz|tar\.gz|tar\.bz2|tbz2?|tar\.xz|txz)$/i;

/** Finds what an operation requires. Errors: `dependency-not-met`, unless the source is optional or the user forces. */
export async function resolveDependencies(init: ResolveInit): Promise<ResolvedDependencies> {
  const { def, requirements, force, world } = init;
  const flags = new Map(init.flags);
  const dependencies: Dependency[] = [];
  const warnings: string[] = [];
  const notSource: string[] = [];
  for (const written of requirements) {
    const requirement = withFlagValues(written, flags);
    let placed: Dependency | null = null;
    try {
      const { dependency, warning } = await resolveOne(requirement, {
        dir: def.model.dir,
        model: def.model.name,
        written: written.target,
        flags,
        world,
      });
      dependencies.push(dependency);
      placed = dependency;
      if (warning !== null) warnings.push(warning);
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'dependency-not-met') throw error;
      if (!force && !requirement.optional) throw error;
      if (force) warnings.push(unmetWarning(error));
    }
    for (const path of projectFiles(requirement, placed, def.model.dir)) {
      const within = relative(init.sourceRoot, path);
      if (within.startsWith('..') || isAbsolute(within)) continue;
      const isFolder = world.files.kind(path) === 'directory';
      notSource.push(...(isFolder ? walk(init.sourceRoot, within, world.files) : [within]));
    }
  }
  for (const path of init.extra) dependencies.push(extraDependency(path, world));
  return { dependencies, flags, notSource: [...new Set(notSource)], warnings };
}

/** What of the project a requirement takes: its target, or of a folder what `select` chooses. Absolute. */
function projectFiles(requirement: Requirement, placed: Dependency | null, dir: string): string[] {
  if (!['file', 'config', 'dvcfile'].includes(requirement.kind)) return [];
  const given = placed?.kind === 'files' ? placed.files.map(({ path }) => path) : [];
  return selectsAll(requirement.chosen) ? [...given, resolve(dir, pathOf(requirement))] : given;
}

interface Resolving {
  readonly dir: string;
  readonly model: string;
  /** The target before flags were put into it, which is its own flag's default. */
  readonly written: string;
  readonly flags: Map<string, Value>;
  readonly world: World;
}

async function resolveOne(
  requirement: Requirement,
  context: Resolving,
): Promise<{ readonly dependency: Dependency; readonly warning: string | null }> {
  const { kind, target, resource, optional, targetPath } = requirement;
  const uri = `${kind}:${target}`;
  const common = { resource, source: requirement.name ?? uri, uri, optional };
  switch (kind) {
    case 'file':
      return { dependency: fileDependency(requirement, common, context), warning: null };
    case 'dvcfile':
      return { dependency: dvcFile(requirement, common, context), warning: null };
    case 'dvcstage':
      return notMet(requirement, 'stages of DVC are not run here', {
        hint: `Run it with 'dvc repro ${target}', and require what it makes as a 'file', or continue without it with --force-deps.`,
      });
    case 'config': {
      const path = resolve(context.dir, target);
      const { format, document } =
        readConfigFile(path, context.world.files) ??
        notMet(requirement, `cannot find source file '${target}'`);
      const { takesAll } = requirement;
      const at = posix.join(
        targetPath === '.' && !isAbsolute(target) ? posix.dirname(target) : targetPath,
        renamed(basename(target).replace(/\.in$/, ''), requirement.rename),
      );
      return {
        dependency: { ...common, kind, format, document, params: requirement.params, takesAll, at },
        warning: null,
      };
    }
    case 'url':
      return {
        dependency: resourceOf(requirement, common, { kind: 'url', url: urlOf(requirement) }),
        warning: null,
      };
    case 'module':
      return { dependency: { ...common, kind, module: target, help: requirement.help }, warning: null };
    case 'operation':
      return operationDependency(requirement, common, context);
  }
}

type Common = Pick<Dependency, 'resource' | 'source' | 'uri' | 'optional'>;

function fileDependency(
  requirement: Requirement,
  common: Common,
  { dir, written, flags, world }: Resolving,
): Dependency {
  const flag = resourceFlagName(requirement);
  const given = flag === null ? undefined : flags.get(flag);
  const changed = typeof given === 'string' && !['', written, requirement.target].includes(given);
  const path = changed ? resolve(world.cwd, given) : resolve(dir, requirement.target);
  if (world.files.kind(path) === null) notMet(requirement, `cannot find source file '${requirement.target}'`);
  const { sha256 } = requirement;
  if (sha256 !== null && world.files.kind(path) === 'file') {
    const actual = createHash('sha256')
      .update(world.files.read(path) ?? '')
      .digest('hex');
    if (actual !== sha256)
      notMet(requirement, `'${path}' has an unexpected sha256 (expected ${sha256} but got ${actual})`);
  }
  if (requirement.unpack && ARCHIVE.test(path) && world.files.kind(path) === 'file') {
    return resourceOf(requirement, common, { kind: 'file', path });
  }
  const { targetPath, rename, preservePath, postProcess: command, how, replace } = requirement;
  const placing = { ...requirement.chosen, targetPath, rename, preservePath };
  const files = placeFiles(path, placing, world.files);
  if (files.length === 0 && requirement.emptiness === 'fail')
    notMet(requirement, `nothing in ${requirement.target} matches its 'select'`);
  const postProcess = command === null ? null : { command, cwd: dirname(path) };
  return { ...common, kind: 'files', files, postProcess, how, replace };
}

/** The file that is meant: DVC may be named by its own record of one. */
function pathOf({ kind, target }: Requirement): string {
  return kind === 'dvcfile' ? target.replace(/\.dvc$/, '') : target;
}

/** A file that DVC keeps is one of the project's once it was pulled. */
function dvcFile(requirement: Requirement, common: Common, context: Resolving): Dependency {
  const target = pathOf(requirement);
  if (context.world.files.kind(resolve(context.dir, target)) === null)
    notMet(requirement, `'${target}' is not in the project`, {
      hint: `Pull it with 'dvc pull ${target}', or continue without it with --force-deps.`,
    });
  return fileDependency({ ...requirement, target }, common, context);
}

function resourceOf(
  { targetPath, chosen, rename, preservePath, ...requirement }: Requirement,
  common: Common,
  from: Extract<Dependency, { readonly kind: 'resource' }>['from'],
): Dependency {
  const { sha256, unpack, postProcess, emptiness, how, replace } = requirement;
  const placing = { ...chosen, targetPath, rename, preservePath };
  return { ...common, kind: 'resource', from, sha256, unpack, postProcess, placing, emptiness, how, replace };
}

function urlOf(requirement: Requirement): string {
  const { target } = requirement;
  if (!URL.canParse(target) || !/^https?:$/.test(new URL(target).protocol))
    notMet(requirement, `'${target}' is not an http or https address`);
  return target;
}

/** The newest run that will do, or the one that the user named by the beginning of its id. Without any, the plan says so and its start fails. */
async function operationDependency(
  requirement: Requirement,
  common: Common,
  { dir, model, flags, world }: Resolving,
): Promise<{ readonly dependency: Dependency; readonly warning: string | null }> {
  const { target, targetPath, chosen, rename, optional } = requirement;
  const flag = resourceFlagName(requirement);
  const given = flag === null ? undefined : flags.get(flag);
  const operations = target.split(',').map((name) => name.trim());
  const id = typeof given === 'string' && given !== '' ? given : null;
  const run = await world.findRun({ operations, id, from: { projectDir: dir, model } });
  if (run !== null && flag !== null) flags.set(flag, run.id);
  return {
    dependency: {
      ...common,
      kind: 'operation',
      operations,
      run: run === null ? null : { id: run.id, host: run.host },
      at: targetPath,
      chosen,
      rename,
      how: requirement.how,
    },
    warning:
      run === null && !optional
        ? `cannot find a suitable run for required resource '${requirement.resource}'`
        : null,
  };
}

/** `--dep PATH`. Errors: `dependency-not-met`. */
export function extraDependency(path: string, world: World): Dependency {
  const whole = resolve(world.cwd, path);
  const uri = `file:${path}`;
  const common = { resource: uri, source: uri, uri, optional: false };
  if (world.files.kind(whole) === null)
    throw unmet({ uri: `file:${path}`, resource: `file:${path}` }, `cannot find source file '${path}'`);
  return {
    ...common,
    kind: 'files',
    files: [{ path: whole, at: basename(whole) }],
    postProcess: null,
    how: 'link',
    replace: false,
  };
}
