import type { Progress } from '#controller/remotes';

/** What bringing a plan to a host needs of the caller. */
export interface DispatchContext {
  /** SORTIE_HOME. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** Everything is asked about that a host may lack, and nothing taken for known. Not so unless given. */
  readonly thorough?: boolean | undefined;
  /** What the user should know of what is sent, a sentence each. */
  readonly notice?: ((text: string) => void) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
