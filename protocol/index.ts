/** What controller and agent say to each other, and the words they share. No I/O here. */
export { endingOf } from './ending.ts';
export * from './errors.ts';
export * from './event-file/index.ts';
export * from './events.ts';
export * from './host.ts';
export * from './ids.ts';
export * from './manifest.ts';
export * from './output-streams.ts';
export * from './paths.ts';
export { renamed, Rename } from './rename.ts';
export { formatManifest, parseManifest, type ManifestLine } from './run-manifest.ts';
export * from './run-spec.ts';
export * from './run-state.ts';
export { selectInTree, selectsAll, selectsRecord, Select } from './select.ts';
export {
  budgetFor,
  compilePythonRegex,
  PatternTooSlow,
  PythonRegexError,
  type Budget,
  type PythonRegex,
} from './python-regex/index.ts';
export * from './scalars/index.ts';
export { isSecret } from './secrets.ts';
export { StopSignal } from './stop-signal.ts';
export { mayHoldLock } from './lock-holder.ts';
export { NOTEBOOK_CELLS } from './notebook/index.ts';
export * from './values/index.ts';
export * from './wire.ts';
