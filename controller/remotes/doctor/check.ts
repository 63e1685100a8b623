/** One thing that `sortie doctor` looked at. `warn` is what works and could be better or may surprise; `fail` is what keeps runs from working. */
export interface Check {
  readonly about: CheckName;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do, where there is something to do. */
  readonly hint: string | null;
}

export type CheckName =
  | 'connection'
  | 'cipher'
  | 'agent'
  | 'forwarding'
  | 'runtime'
  | 'survival'
  | 'gpus'
  | 'names'
  | 'disk'
  | 'clock'
  | 'python'
  // Of `--torture`.
  | 'torture'
  | 'once'
  | 'output'
  | 'statuses'
  | 'listed'
  | 'stop'
  | 'pull'
  | 'left';

export function ok(about: CheckName, detail: string): Check {
  return { about, verdict: 'ok', detail, hint: null };
}

export function warn(about: CheckName, detail: string, hint: string): Check {
  return { about, verdict: 'warn', detail, hint };
}

/** What was thrown, as a check that failed; its message and hint are kept. */
export function failed(about: CheckName, error: unknown): Check {
  const { message, hint } =
    error instanceof Error ? (error as Error & { readonly hint?: string }) : { message: String(error) };
  return { about, verdict: 'fail', detail: message, hint: hint ?? null };
}
