/** What a user can cause and can mend. The message says what and where, the hint what to do next. Anything else thrown is a bug. */
export interface UserErrorInit {
  /** Stable, kebab-case: scripts and tests match on it. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** Exit status of the command line; 1 unless the words typed were wrong (2). */
  readonly exitCode?: number | undefined;
}

export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor({ code, message, hint, cause, exitCode = 1 }: UserErrorInit) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** A usage error: exit 2, nothing was created. */
export function usageError(init: Omit<UserErrorInit, 'exitCode'>): UserError {
  return new UserError({ ...init, exitCode: 2 });
}
