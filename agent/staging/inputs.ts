import { cpSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { isAbsolute, join, resolve } from 'node:path';
import * as v from 'valibot';
import {
  assertSafeEntries,
  Manifest,
  parseManifest,
  UserError,
  type ManifestLine,
  type FileEntry,
  type Input,
  type Sha256,
} from '#protocol';
import type { BlobStore } from '../blobs/index.ts';
import { readIfThere, runFiles, type Home } from '../home/index.ts';
import { Placer } from './place.ts';
import { linksToRun } from './run-input.ts';
import { placeOf } from './safe-place.ts';

/** The largest dependency whose hash is recorded: some tens of milliseconds of reading. */
const HASHED_BYTES = 16 * 2 ** 20;

export interface InputContext {
  readonly home: Home;
  readonly blobs: BlobStore;
  /** The directory that is being built. */
  readonly dir: string;
  /** The project that the run is of, where it is on this host: its files are recorded by their place in it. */
  readonly project: string | null;
  /** Places of dependencies that the run has already, relative to its directory: source never takes them. */
  readonly kept?: ReadonlySet<string>;
  /** Replaces tokens such as the agent's Python folder in a path. */
  readonly expand: (path: string) => string;
}

function missingBlobs(blobs: readonly Sha256[]): UserError {
  return new UserError({
    code: 'blob-missing',
    message: `the host lacks ${blobs.length} of the files that the run needs: ${blobs.slice(0, 3).join(', ')}`,
    hint: 'Run the command again to send them.',
  });
}

/** A tree's manifest from its blob. Throws `blob-missing`, also for one that was damaged, and `bad-manifest` when the blob is something else. */
async function readManifest(tree: Sha256, blobs: BlobStore): Promise<Manifest> {
  const size = blobs.size(tree);
  if (size === null || !(await blobs.isSound(tree, size))) throw missingBlobs([tree]);
  const text = readFileSync(blobs.pathOf(tree), 'utf8');
  const parsed = v.safeParse(Manifest, parseJson(text));
  if (parsed.success) {
    assertSafeEntries(parsed.output.entries);
    blobs.touch(tree);
    return parsed.output;
  }
  throw new UserError({ code: 'bad-manifest', message: `the blob ${tree} is not a manifest` });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function checkBlobs(entries: readonly FileEntry[], blobs: BlobStore): Promise<void> {
  const bad: Sha256[] = [];
  for (const { blob, size } of entries) if (!(await blobs.isSound(blob, size))) bad.push(blob);
  if (bad.length > 0) throw missingBlobs(bad);
}

async function placeTree(
  input: Extract<Input, { kind: 'tree' }>,
  context: InputContext,
): Promise<ManifestLine[]> {
  const { entries } = await readManifest(input.tree, context.blobs);
  const files = entries.filter((entry) => entry.kind === 'file');
  await checkBlobs(files, context.blobs);
  const placer = new Placer();
  const lines: ManifestLine[] = [];
  for (const entry of files) {
    const place = placeOf(input.at, entry.path);
    if (input.role === 'source' && isTaken(place, context)) continue;
    const path = join(context.dir, place);
    const blob = context.blobs.pathOf(entry.blob);
    const bytes = await placer.file(blob, { ...entry, path, replace: input.replace });
    const sha1 = entry.sha1 ?? sha1Of(bytes ?? readFileSync(blob));
    lines.push(
      input.role === 'source'
        ? { kind: 's', path: place, sha1, from: entry.path }
        : { kind: 'd', path: place, sha1, from: `file:${entry.path}` },
    );
  }
  for (const entry of entries)
    if (entry.kind === 'directory') placer.folder(join(context.dir, placeOf(input.at, entry.path)));
  // Links come last, so that no file is ever written through one.
  for (const entry of entries) {
    if (entry.kind !== 'link') continue;
    const path = join(context.dir, placeOf(input.at, entry.path));
    if (placer.clear(path, input.replace)) placer.link(entry.target, path);
  }
  return lines;
}

/** Whether a dependency, or a link that the run made, has the place or a folder above it: what is behind a link is not the run's to replace. */
function isTaken(place: string, { dir, kept }: InputContext): boolean {
  if (kept === undefined) return false;
  const parts = place.split('/');
  const folders = parts.slice(0, -1).map((_, at) => parts.slice(0, at + 1).join('/'));
  return (
    kept.has(place) ||
    folders.some(
      (folder) =>
        kept.has(folder) ||
        lstatSync(join(dir, folder), { throwIfNoEntry: false })?.isSymbolicLink() === true,
    )
  );
}

function sha1Of(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}

async function placePath(
  input: Extract<Input, { kind: 'path' }>,
  context: InputContext,
): Promise<ManifestLine[]> {
  const from = context.expand(input.path);
  if (!isAbsolute(from) || statSync(from, { throwIfNoEntry: false }) === undefined)
    throw new UserError({
      code: 'missing-input',
      message: `'${from}' does not exist on this host (needed as '${input.at}')`,
      hint: 'Give an absolute path that exists on the host that runs the operation.',
    });
  const place = placeOf(input.at, '.');
  const path = join(context.dir, place);
  const placer = new Placer();
  if (placer.clear(path, false)) {
    if (input.how === 'link') placer.link(from, path);
    else await copyAll(from, path, placer);
  }
  return [{ kind: 'd', path: place, sha1: smallSha1(from), from: `file:${within(context.project, from)}` }];
}

async function copyAll(from: string, path: string, placer: Placer): Promise<void> {
  placer.folder(join(path, '..'));
  if (lstatSync(from).isFile()) cpSync(from, path, { dereference: true, mode: 2 });
  else await cp(from, path, { recursive: true, dereference: true, mode: 2 });
}

function within(project: string | null, path: string): string {
  return project !== null && path.startsWith(`${project}/`) ? path.slice(project.length + 1) : path;
}

/** Data too large to read before every start has no hash, and neither have folders. */
function smallSha1(path: string): string {
  const stat = statSync(path);
  return stat.isFile() && stat.size <= HASHED_BYTES ? sha1Of(readFileSync(path)) : '-';
}

async function placeSourceOf(run: string, context: InputContext): Promise<ManifestLine[]> {
  const other = join(context.home.runs, run);
  const text = readIfThere(runFiles(other).manifest);
  if (text === null) throw noSuchRun(run);
  const placer = new Placer();
  const lines = parseManifest(text).filter((line) => line.kind === 's');
  for (const line of lines) {
    const from = join(other, placeOf('.', line.path));
    const stat = statSync(from, { throwIfNoEntry: false });
    const path = join(context.dir, placeOf('.', line.path));
    if (stat === undefined) continue;
    const executable = (stat.mode & 0o100) !== 0;
    await placer.file(from, { path, size: stat.size, executable, replace: false });
  }
  return lines;
}

function noSuchRun(run: string): UserError {
  return new UserError({
    code: 'no-such-run',
    message: `run '${run}', whose files are needed, is not on this host`,
    hint: 'List the runs of the host with: sortie runs --remote NAME',
  });
}

async function placeRunFiles(
  input: Extract<Input, { kind: 'run' }>,
  context: InputContext,
): Promise<ManifestLine[]> {
  const other = join(context.home.runs, input.run);
  if (readIfThere(runFiles(other).opref) === null) throw noSuchRun(input.run);
  const placer = new Placer();
  const lines: ManifestLine[] = [];
  for (const { path, target } of linksToRun(other, input)) {
    const place = placeOf('.', path);
    const at = join(context.dir, place);
    // A link's target is told from the run's own place, beside the other's.
    const from = resolve(context.home.runs, 'this', path, '..', target);
    if (placer.clear(at, false)) {
      if (input.how === 'copy') await copyAll(from, at, placer);
      else placer.link(target, at);
    }
    lines.push({ kind: 'd', path: place, sha1: '-', from: `run:${input.run}` });
  }
  return lines;
}

/** Lays one input into the directory and says what Guild's manifest has to tell of it. */
export function placeInput(input: Input, context: InputContext): Promise<ManifestLine[]> | ManifestLine[] {
  const { kind } = input;
  switch (kind) {
    case 'tree':
      return placeTree(input, context);
    case 'path':
      return placePath(input, context);
    case 'source-of':
      return placeSourceOf(input.run, context);
    case 'run':
      return placeRunFiles(input, context);
    default:
      return kind satisfies never;
  }
}
