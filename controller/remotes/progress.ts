/** How far a long act is. Bytes. */
export interface Progress {
  readonly host: string;
  readonly what: 'agent' | 'runtime' | 'source' | 'pull' | 'download';
  readonly done: number;
  readonly total: number;
}
