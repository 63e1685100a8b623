/** The door to finding a host's Python. */
export { condaPrefix, hostPath } from './prefix.ts';
export { findPython } from './find.ts';
export type { PythonQuery } from './find.ts';
export { findPackages, knownPackages, type PackagePlace } from './packages.ts';
