/** Source: what is chosen, what it hashes to, and how it gets to a host. */
export { commitOf } from './commit.ts';
export { downloadResource, type DownloadContext } from './download.ts';
export { isArchive, unpackArchive, type UnpackContext } from './unpack.ts';
export { fnmatch } from './fnmatch.ts';
export { packDependencies, type DependencyRequest } from './dependency.ts';
export { packTree, type PackContext } from './pack.ts';
export { parseSourceConfig, type SourceConfig } from './config.ts';
export { selectSource, type Selection, type SourceRequest } from './select.ts';
export { shipTree, type ShipContext, type Shipped } from './ship.ts';
export type { SelectRule } from './rules.ts';
export { treeInMemory } from './memory-tree.ts';
export type { Tree } from './tree.ts';
