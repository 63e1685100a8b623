import { UserError } from '#protocol';

/** What is printed for a thing thrown, and the status to exit with. A user's error is two lines; anything else is a bug and says so. */
export function report(
  error: unknown,
  { debug }: { readonly debug: boolean },
): { text: string; exitCode: number } {
  if (error instanceof UserError) {
    const lines = [`sortie: ${error.message}`];
    if (error.hint) lines.push(error.hint.startsWith('Try ') ? error.hint : `hint: ${error.hint}`);
    if (debug && error.stack) lines.push(causes(error));
    return { text: `${lines.join('\n')}\n`, exitCode: error.exitCode };
  }
  const message = error instanceof Error ? error.message : String(error);
  const lines = [`sortie: internal error: ${message}`];
  if (debug) lines.push(causes(error));
  else
    lines.push(
      "hint: this is a bug in sortie; run the same with 'sortie --debug …' and report what it prints",
    );
  return { text: `${lines.join('\n')}\n`, exitCode: 2 };
}

function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${causes(error.cause)}`;
}
