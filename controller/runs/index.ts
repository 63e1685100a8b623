/** Runs as seen from here: mirrors of remote ones, and all that is read from run directories. */
export { readMirrorFile, type MirrorFile } from './mirror/mirror-file.ts';
export { mirrorRun, type MirrorOptions } from './mirror/mirror-run.ts';
