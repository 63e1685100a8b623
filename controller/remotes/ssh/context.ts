import type { ConnectLimiter } from './connect-limiter.ts';
import type { Keyring } from './keyring.ts';

/** Asks the person at the terminal. There is none where nobody can answer. */
export interface Prompter {
  /** Shows `text` and gives the line typed; what is typed isn't shown when `hidden`. Rejects with the signal's reason. */
  ask(question: Question): Promise<string>;
}

export interface Question {
  readonly text: string;
  readonly hidden: boolean;
  /** The host that may have chosen the words; left out where they are ours alone. */
  readonly asker?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** True once an earlier question has had this one's answer: then nothing is asked when its turn comes, and the answer is empty. */
  readonly isSettled?: () => boolean;
}

/** What connecting needs from its surroundings. */
export interface ConnectContext {
  /** HOME, USER, SSH_AUTH_SOCK and the like. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** null where nobody can answer: then whatever would be asked is an error that says so. */
  readonly prompter: Prompter | null;
  readonly signal?: AbortSignal | undefined;
  /** Something worth a line to the user, such as a host key that was added. */
  readonly notice?: ((text: string) => void) | undefined;
  /** Unlocked keys and typed passwords, kept so that a reconnection asks nothing twice. One for the whole process unless given. */
  readonly keyring?: Keyring | undefined;
  readonly limiter?: ConnectLimiter | undefined;
}
