/** How far a long act is. Bytes. `host` is `local` for what this machine does by itself. */
export interface Progress {
  readonly host: string;
  readonly what: 'agent' | 'runtime' | 'pack' | 'source' | 'pull' | 'download';
  readonly done: number;
  readonly total: number;
}
