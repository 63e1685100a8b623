const REFUSAL = 'run failed because ';

/** The warning of a dependency that isn't met where that is no reason to stop: its error's words, less that the run failed. */
export function unmetWarning({ message }: Error): string {
  return message.startsWith(REFUSAL) ? message.slice(REFUSAL.length) : `a dependency was not met: ${message}`;
}
