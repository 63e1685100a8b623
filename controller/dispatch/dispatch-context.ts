import type { Progress } from '#controller/remotes';

/** What bringing a plan to a host needs of the caller. */
export interface DispatchContext {
  /** SORTIE_HOME. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
