import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#files';
import { formatManifest, parseManifest, UserError, type ManifestLine, type RunSpec } from '#protocol';
import type { BlobStore } from '../blobs/index.ts';
import { fault, hasCode, readIfThere, runFiles, syncFolder, type Home } from '../home/index.ts';
import { withPlaces, type Laid } from './dependency-paths.ts';
import { placeInput, type InputContext } from './inputs.ts';
import { mark, writeAttrs, writeSpec } from './record.ts';
import { placeOf } from './safe-place.ts';
import { stagingDir } from './sweep.ts';

export interface StagingContext {
  readonly home: Home;
  readonly blobs: BlobStore;
  readonly host: { readonly hostId: string; readonly hostname: string };
  readonly expand: (path: string) => string;
}

export interface StageOptions {
  readonly as: 'pending' | 'staged';
  /** Attributes that the agent knows, besides the spec's. */
  readonly attrs: Readonly<Record<string, string>>;
  /** Text of `.guild/ENV`, for somebody who runs a staged directory by hand; secrets left out. */
  readonly env: string;
}

async function placeInputs(
  spec: RunSpec,
  dir: string,
  context: StagingContext & Pick<InputContext, 'kept'>,
): Promise<Laid[]> {
  const laid: Laid[] = [];
  const project = spec.environment.variables['PROJECT_DIR'] ?? null;
  for (const input of spec.inputs)
    laid.push({ input, lines: await placeInput(input, { ...context, dir, project }) });
  return laid;
}

function attrsOf({ attrs }: RunSpec, laid: readonly Laid[]): RunSpec['attrs'] {
  return attrs['deps'] === undefined ? attrs : { ...attrs, deps: withPlaces(attrs['deps'], laid) };
}

function linesOf(laid: readonly Laid[]): ManifestLine[] {
  return laid.flatMap(({ lines }) => lines);
}

/** One line a path, the last one said; sorted, as the paths of a tree are. */
function merge(lines: readonly ManifestLine[]): ManifestLine[] {
  const byPath = new Map(lines.map((line) => [line.path, line]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function writeMarks(dir: string, { as, env }: StageOptions): void {
  mark(dir, as);
  if (as === 'staged') writeFileSync(runFiles(dir).env, env, { mode: 0o600 });
}

/**
 * Builds a new run's directory aside and renames it into place: there is no moment at which half of it can be seen, and what a
 * crash leaves is swept by the next agent. Throws what its inputs throw; then nothing is left behind.
 */
export async function stageRun(spec: RunSpec, context: StagingContext, options: StageOptions): Promise<void> {
  const { home } = context;
  const dir = stagingDir(home.staging, spec.id, context.host.hostId);
  const files = runFiles(dir);
  try {
    makeFolder(files.attrs, 0o700);
    makeFolder(files.sortie);
    writeFileSync(files.host, JSON.stringify(context.host));
    writeFileSync(files.opref, spec.opref);
    const laid = await placeInputs(spec, dir, context);
    writeAttrs(dir, { ...options.attrs, ...attrsOf(spec, laid) });
    writeFileSync(files.manifest, formatManifest(merge(linesOf(laid))));
    writeFileSync(files.output, '');
    writeMarks(dir, options);
    await writeSpec(dir, spec);
    fault('staged-aside');
    makeFolder(home.runs, 0o700);
    moveIn(dir, join(home.runs, spec.id));
    await syncFolder(home.runs);
    fault('staged');
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

/** Throws `run-damaged` where something is left of a run by that id that isn't one any more. */
function moveIn(dir: string, to: string): void {
  try {
    renameSync(dir, to);
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) throw error;
    throw new UserError({
      code: 'run-damaged',
      message: `there is a folder ${to} without the record of a run (.guild)`,
      hint: 'Move it away, and try again.',
      cause: error,
    });
  }
}

/**
 * Makes the next attempt of a run that has ended (or was only staged): the same directory and output, the old outcome cleared.
 * Inputs are laid where nothing is yet; source that replaces the old one leaves nothing of that, and dependencies as they are. The spec's rename is the moment at which the attempt exists; before it the old outcome
 * stands, after it `prepareAttempt` can be repeated at will.
 */
export async function restageRun(
  spec: RunSpec,
  context: StagingContext,
  options: StageOptions,
): Promise<void> {
  const dir = join(context.home.runs, spec.id);
  const files = runFiles(dir);
  const before = parseManifest(readIfThere(files.manifest) ?? '');
  const hasNewSource = spec.inputs.some(
    (input) => input.kind === 'tree' && input.role === 'source' && input.replace,
  );
  const known = hasNewSource ? before.filter(({ kind }) => kind !== 's') : before;
  const laid = await placeInputs(spec, dir, { ...context, kept: new Set(known.map(({ path }) => path)) });
  const lines = linesOf(laid);
  if (hasNewSource) removeOldSource(dir, { before, lines });
  writeMarks(dir, options);
  await writeSpec(dir, spec);
  await syncFolder(files.sortie);
  fault('restart-recorded');
  if (lines.length > 0 || hasNewSource)
    writeFileSync(files.manifest, formatManifest(merge([...known, ...lines])));
  clearOutcome(dir);
  writeAttrs(dir, { ...options.attrs, ...attrsOf(spec, laid) });
}

/** Removes source files that new source has no more. */
function removeOldSource(
  dir: string,
  { before, lines }: { readonly before: readonly ManifestLine[]; readonly lines: readonly ManifestLine[] },
): void {
  const present = new Set(lines.map(({ path }) => path));
  for (const { kind, path } of before)
    if (kind === 's' && !present.has(path)) rmSync(join(dir, placeOf('.', path)), { force: true });
}

/** Takes back what an earlier attempt left for readers: a running run must not look ended. */
export function clearOutcome(dir: string): void {
  writeAttrs(dir, { exit_status: null, stopped: null });
  rmSync(runFiles(dir).lock, { force: true });
}
