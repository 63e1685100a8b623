/** Runs as they are seen from here: those of this machine, and the mirrors of those elsewhere. */
export { mirrorRun, mirrorRuns, type MirrorOptions } from './mirror/mirror.ts';
export { pullRun, type Pulled, type PullOptions } from './mirror/pull.ts';
export { readMirrorFile, type MirrorFile } from './mirror/mirror-file.ts';
