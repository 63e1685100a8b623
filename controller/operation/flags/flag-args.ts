import { UserError } from '#protocol';

export interface FlagArgs {
  /** Text as typed, by flag; the last one wins. */
  readonly values: ReadonlyMap<string, string>;
  /** Paths of batch files, without the `@`. */
  readonly batchFiles: readonly string[];
}

/** Takes `NAME=VAL` and `@FILE` apart. A leading `~` stands for the home folder. Errors: `bad-flag-args`, naming all that are wrong. */
export function parseFlagArgs(args: readonly string[], home: string | undefined): FlagArgs {
  const values = new Map<string, string>();
  const batchFiles: string[] = [];
  const wrong: string[] = [];
  for (const arg of args) {
    const text = home !== undefined && /^~(?=\/|$)/.test(arg) ? home + arg.slice(1) : arg;
    const equals = text.indexOf('=');
    if (text.startsWith('@')) batchFiles.push(text.slice(1));
    else if (equals > 0) values.set(text.slice(0, equals), text.slice(equals + 1));
    else wrong.push(arg);
  }
  if (wrong.length > 0)
    throw new UserError({
      code: 'bad-flag-args',
      message: `invalid argument(s):\n${wrong.join('\n')}\nexpected NAME=VAL`,
    });
  return { values, batchFiles };
}
