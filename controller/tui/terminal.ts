/** The streams and environment a view has. Handed in, so that tests need no globals. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes down a bug that the view outlives, and gives the file's path. */
  readonly logBug?: (error: unknown) => string;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal's size as far as it is known; 80×24 where nobody knows. */
export function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns: columns || 80, rows: rows || 24 };
}

/** Node asks for the size at a signal, which may be handled after the key or the news that make us paint: this has it asked for now. */
export function askSize(): void {
  process.emit('SIGWINCH', 'SIGWINCH');
}

export type ViewMode = 'live' | 'plain' | 'json';

/** What a terminal can show. */
export interface Looks {
  readonly colour: boolean;
  readonly unicode: boolean;
}

/**
 * Which output a command gets. Live needs a terminal at both ends that can move its cursor; a screen reader's user has NO_TUI or --no-tui.
 * CI is not asked: a terminal is a terminal, and CI has none.
 */
export function chooseMode(
  { json, noTui }: { readonly json: boolean; readonly noTui: boolean },
  { stdin, stdout, env }: Pick<Terminal, 'stdin' | 'stdout' | 'env'>,
): ViewMode {
  if (json) return 'json';
  const isTerminal = stdout.isTTY && stdin.isTTY;
  const canMove = (env['TERM'] ?? 'dumb') !== 'dumb';
  const isUnwanted = noTui || isSet(env['NO_TUI']) || isSet(env['INK_SCREEN_READER']);
  return isTerminal && canMove && !isUnwanted ? 'live' : 'plain';
}

/** Colours unless NO_COLOR is set (no-color.org: to anything but empty); Unicode where the locale says UTF-8, as the C library reads it. */
export function looksOf(env: Terminal['env']): Looks {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => isSet(value)) ?? '';
  return {
    colour: !isSet(env['NO_COLOR']) && env['TERM'] !== 'dumb',
    unicode: /utf-?8/i.test(locale) && env['TERM'] !== 'linux',
  };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
