import { UserError } from '#protocol';
import { safeLines } from '#controller/tui';
import { homeOf } from './context.ts';
import { causes, logCrash, type Crash } from './crash-log.ts';

export interface Reporting extends Crash {
  readonly debug: boolean;
}

/** The report of what ended this process, which was started with these words. */
export function reportOf(error: unknown, words: readonly string[]): ReturnType<typeof report> {
  const debug = words.includes('--debug') || Boolean(process.env['SORTIE_DEBUG']);
  return report(error, { words, debug, home: homeOf(namedHome(words)) });
}

/** What `-H` names, wherever reading the words failed. */
function namedHome(words: readonly string[]): string | undefined {
  const place = words.indexOf('-H');
  return place < 0 ? undefined : words[place + 1];
}

/**
 * What is printed for a thing thrown, and the status to exit with. A user's error is two lines. Anything else is a bug and says so, in
 * one line and another with the file that has the details.
 */
export function report(
  error: unknown,
  { debug, ...crash }: Reporting,
): { readonly text: string; readonly exitCode: number } {
  if (error instanceof UserError) {
    const lines = [`sortie: ${error.message}`];
    if (error.hint) lines.push(error.hint.startsWith('Try ') ? error.hint : `hint: ${error.hint}`);
    return shown(debug && error.stack ? [...lines, causes(error)] : lines, error.exitCode);
  }
  const refused = diskError(error, crash.home);
  if (refused !== null) return report(refused, { debug, ...crash });
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  const lines = [`sortie: internal error: ${message}`, detailsLine(error, crash)];
  return shown(debug ? [...lines, causes(error)] : lines, 2);
}

/** What this machine's disk refuses is no bug; null for anything else. Errors of a write don't say of which file. */
function diskError(error: unknown, home: string): UserError | null {
  const { code, path = home } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new UserError({
      code: 'no-space',
      message: `no space left on this machine's disk: ${path}`,
      hint: 'Free some space, or set SORTIE_HOME to a folder on a disk that has more.',
      cause: error,
    });
  if (code === 'EROFS' || ((code === 'EACCES' || code === 'EPERM') && path.startsWith(`${home}/`)))
    return new UserError({
      code: 'home-not-writable',
      message: `cannot write to ${path}`,
      hint: 'Set SORTIE_HOME to a folder that you may write to.',
      cause: error,
    });
  return null;
}

/** Where the details are; all of them where they could not be written down. */
function detailsLine(error: unknown, crash: Crash): string {
  try {
    return `hint: this is a bug in sortie; please report it with ${logCrash(error, crash)}`;
  } catch {
    return `hint: this is a bug in sortie; please report it with what follows\n${causes(error)}`;
  }
}

/** Part of it may be a host's words. */
function shown(lines: readonly string[], exitCode: number) {
  return { text: `${safeLines(lines.join('\n'))}\n`, exitCode };
}
