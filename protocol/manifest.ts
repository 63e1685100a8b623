import * as v from 'valibot';
import { Sha256 } from './ids.ts';

/** A regular file of a tree. `path` is relative, with `/`; `sha1` is there for Guild's own manifest file. */
export const FileEntry = v.strictObject({
  kind: v.literal('file'),
  path: v.string(),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  executable: v.boolean(),
  blob: Sha256,
  sha1: v.optional(v.string()),
});
export type FileEntry = v.InferOutput<typeof FileEntry>;

/** A symbolic link of a tree; `target` is as readlink gives it and stays inside the tree. */
export const LinkEntry = v.strictObject({ kind: v.literal('link'), path: v.string(), target: v.string() });
export type LinkEntry = v.InferOutput<typeof LinkEntry>;

/** A directory that would be empty otherwise. */
export const DirectoryEntry = v.strictObject({ kind: v.literal('directory'), path: v.string() });

/** The paths, modes and blobs of a tree, sorted by path. Its JSON is itself a blob, and that blob's name is the tree's hash. */
export const Manifest = v.strictObject({
  version: v.literal(1),
  entries: v.array(v.variant('kind', [FileEntry, LinkEntry, DirectoryEntry])),
});
export type Manifest = v.InferOutput<typeof Manifest>;
export type ManifestEntry = Manifest['entries'][number];
