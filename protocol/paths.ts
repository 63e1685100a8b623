/**
 * The one set of rules for paths that come over the wire, obeyed when a host builds a tree and when a pull writes one here.
 * A listing that passes can be written below a directory without ever touching anything outside it, provided that files and
 * directories are made first and links last.
 */
import { UserError } from './errors.ts';

/** Bytes of UTF-8, as Linux's PATH_MAX and NAME_MAX have them. */
const MAX_PATH_BYTES = 4096;
const MAX_NAME_BYTES = 255;
/** Deeper trees than this meet limits elsewhere (find, rm, tar) first. */
const MAX_DEPTH = 128;
/** Enough for a dataset of images; bounds the memory that a hostile listing can take. */
const MAX_ENTRIES = 1_000_000;

/** A path with what stands there: a manifest's entry, or a line of a host's listing. */
export interface PathEntry {
  readonly kind: 'file' | 'directory' | 'link';
  readonly path: string;
  /** Of a link: as readlink gives it. */
  readonly target?: string | undefined;
  /** Of a file, in bytes. */
  readonly size?: number | undefined;
}

/** Caps that the caller may tighten. */
export interface PathLimits {
  readonly maxEntries?: number;
  /** The sum of the files' sizes. */
  readonly maxBytes?: number;
}

/** Passes a relative path of plain names joined by `/`; throws UserError `unsafe-path` for anything else. */
export function assertSafePath(path: string): void {
  const problem = problemOfPath(path);
  if (problem !== undefined) throw unsafe(path, problem);
}

/**
 * Passes a listing whose paths are each safe and go together: no duplicates, nothing below a file or a link, links only to
 * places inside the tree, counts and sizes within the limits. Throws UserError `unsafe-path`, naming the first offender.
 */
export function assertSafeEntries(entries: readonly PathEntry[], limits: PathLimits = {}): void {
  const { maxEntries = MAX_ENTRIES, maxBytes = Number.MAX_SAFE_INTEGER } = limits;
  assertCount(entries.length, maxEntries);
  const { refused, bytes } = split(entries);
  const [first] = refused;
  if (first !== undefined) throw unsafe(first.entry.path, first.problem);
  if (bytes > maxBytes) throw tooMuch(`the files listed are over the limit of ${maxBytes} bytes`);
}

/** A listing, split into what would pass together and what would not, each with why. */
export interface SplitEntries<Entry> {
  readonly safe: readonly Entry[];
  readonly refused: readonly { readonly entry: Entry; readonly problem: string }[];
}

/** What of a listing can be written, entry by entry, by the rules of `assertSafeEntries`. Throws UserError `unsafe-path` for too many. */
export function splitSafeEntries<Entry extends PathEntry>(entries: readonly Entry[]): SplitEntries<Entry> {
  assertCount(entries.length, MAX_ENTRIES);
  return split(entries);
}

function assertCount(count: number, most: number): void {
  if (count > most) throw tooMuch(`a listing of ${count} paths is over the limit of ${most}`);
}

function split<Entry extends PathEntry>(
  entries: readonly Entry[],
): SplitEntries<Entry> & { readonly bytes: number } {
  const kinds = new Map<string, PathEntry['kind']>();
  const problems = new Map<Entry, string>();
  for (const entry of entries) {
    const problem =
      problemOfPath(entry.path) ?? (kinds.has(entry.path) ? 'it is listed twice' : problemOfKind(entry));
    if (problem === undefined) kinds.set(entry.path, entry.kind);
    else problems.set(entry, problem);
  }
  const safe: Entry[] = [];
  const refused: { entry: Entry; problem: string }[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const problem = problems.get(entry) ?? problemOfParents(entry.path, kinds);
    if (problem !== undefined) refused.push({ entry, problem });
    else {
      safe.push(entry);
      if (entry.kind === 'file') bytes += entry.size ?? 0;
    }
  }
  return { safe, refused, bytes };
}

function problemOfPath(path: string): string | undefined {
  return problemOfText(path) ?? problemOfNames(path.split('/'));
}

function problemOfKind({ kind, path, target, size }: PathEntry): string | undefined {
  if (kind === 'link')
    return target === undefined ? 'it is a link without a target' : problemOfTarget(path, target);
  const isCount = kind !== 'file' || size === undefined || (Number.isSafeInteger(size) && size >= 0);
  return isCount ? undefined : 'its size is not a count of bytes';
}

function problemOfText(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.includes('\0')) return 'it contains a NUL byte';
  if (path.includes('\\')) return 'it contains a backslash';
  if (!path.isWellFormed()) return 'it is not valid Unicode';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `it is longer than ${MAX_PATH_BYTES} bytes`;
  if (path.startsWith('/')) return 'it is absolute';
  return undefined;
}

function problemOfNames(names: readonly string[]): string | undefined {
  if (names.length > MAX_DEPTH) return `it is more than ${MAX_DEPTH} directories deep`;
  for (const name of names) {
    if (name === '') return 'it has an empty part';
    if (name === '.' || name === '..') return `it has a part '${name}'`;
    if (Buffer.byteLength(name) > MAX_NAME_BYTES)
      return `a name in it is longer than ${MAX_NAME_BYTES} bytes`;
  }
  return undefined;
}

/**
 * `..` may stand only at the front of a target: there it counts real directories, since nothing lies below a link. Behind a
 * name it would count from wherever that name leads, if it is a link itself, and could so climb out of the tree.
 */
function problemOfTarget(path: string, target: string): string | undefined {
  const text = problemOfText(target);
  if (text !== undefined) return `it is a link whose target is unsafe: ${text}`;
  const names = target.split('/');
  const firstName = names.findIndex((name) => name !== '..');
  const ups = firstName === -1 ? names.length : firstName;
  if (ups > path.split('/').length - 1) return 'it is a link that leads out of the tree';
  const rest = names.slice(ups);
  // `.` alone and a trailing slash are how people write links to directories.
  if (rest.at(-1) === '') rest.pop();
  if (ups === 0 && rest.length === 1 && rest[0] === '.') return undefined;
  const problem = problemOfNames(rest);
  return problem === undefined ? undefined : `it is a link whose target is unsafe: ${problem}`;
}

function problemOfParents(path: string, kinds: ReadonlyMap<string, PathEntry['kind']>): string | undefined {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const kind = kinds.get(path.slice(0, end));
    if (kind !== undefined && kind !== 'directory') return `it is below a ${kind}`;
  }
  return undefined;
}

/** The path is quoted, so that control characters in it reach no terminal. */
function unsafe(path: string, problem: string): UserError {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  return new UserError({
    code: 'unsafe-path',
    message: `unsafe path ${JSON.stringify(shown)}: ${problem}`,
    hint: 'Rename it or leave it out; paths must be relative and stay inside the tree.',
  });
}

function tooMuch(message: string): UserError {
  return new UserError({ code: 'unsafe-path', message, hint: 'Choose fewer or smaller files.' });
}
