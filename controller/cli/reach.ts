import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '#protocol';
import type { Host, OpenedHost } from '#controller/remotes';
import { safeText } from '#controller/tui';
import type { Context } from './context.ts';
import type { Fleet } from './fleet.ts';

/** A host that nobody named is not waited for longer than this: the view shows it as connecting. Milliseconds. */
const UNNAMED_MS = 3_000;

/** A start that takes longer than this is noticed. Milliseconds. */
const SLOW_MS = 300;

interface Reaching {
  readonly fleet: Fleet;
  readonly context: Context;
  /** True: the user named them, and waits for each; false: they are all that are the user's. Left out, each is waited for, and none is an error. */
  readonly isNamed?: boolean;
}

/**
 * The hosts that a view looks at, met before it takes the screen: here a password may still be asked for. Those that waiting won't mend
 * are warned of and left out. Errors: where none of those named is left, what the first one says, with exit status 2.
 */
export async function reachAll(names: readonly string[], from: Reaching): Promise<OpenedHost[]> {
  const { stderr } = from.context;
  const away = new Set(names);
  // Over a slow link somebody should know what is waited for.
  const timer = setTimeout(() => {
    if (stderr.isTTY) from.fleet.stderr.write(`connecting to ${[...away].join(', ')} …\n`);
  }, SLOW_MS);
  try {
    const reached = await Promise.all(
      names.map(async (name) => {
        const opened = await reach(name, from);
        away.delete(name);
        return opened;
      }),
    );
    const hosts = reached.flatMap((opened) => (opened instanceof Error ? [] : [opened]));
    const errors = reached.filter((opened) => opened instanceof Error);
    const [first] = errors;
    if (from.isNamed === true && hosts.length === 0 && first !== undefined) throw asUsage(first);
    for (const [at, name] of names.entries()) {
      const error = reached[at];
      if (error instanceof Error) from.fleet.stderr.write(`WARNING: ${name}: ${safeText(error.message)}\n`);
    }
    return hosts;
  } finally {
    clearTimeout(timer);
  }
}

function asUsage(error: Error): Error {
  if (!(error instanceof UserError)) return error;
  const { code, message, hint, cause } = error;
  return new UserError({ code, message, hint, cause, exitCode: 2 });
}

/** A host that answered or is down for now; the error of one that waiting won't mend. */
async function reach(name: string, { fleet, isNamed }: Reaching): Promise<OpenedHost | Error> {
  const stop = new AbortController();
  try {
    const opened = await fleet.open(name, { isPatient: true });
    await firstContact(opened.host, isNamed === false ? patience(fleet, stop.signal) : undefined);
    return opened;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    stop.abort();
  }
}

/** Until nobody wants to wait any longer for a host that was not named. While a question is open, its answer is waited for. */
async function patience({ stderr }: Fleet, signal: AbortSignal): Promise<void> {
  do await sleep(UNNAMED_MS, undefined, { signal }).catch(() => undefined);
  while (stderr.isHeld && !signal.aborted);
}

/** Until the host answers, its link says that it can't be reached now, or `enough`. Errors: what trying again won't mend. */
async function firstContact(host: Host, enough?: Promise<void>): Promise<void> {
  const stop = new AbortController();
  const { promise: down, resolve } = Promise.withResolvers<void>();
  // A link that gives up says that it is lost too, and the call then throws within the same turn.
  const unlink = host.onLink(({ kind }) => kind === 'lost' && setImmediate(resolve));
  const answer = host.info({ signal: stop.signal });
  try {
    await Promise.race([answer, down, ...(enough === undefined ? [] : [enough])]);
  } finally {
    unlink();
    stop.abort();
    await answer.catch(() => undefined);
  }
}
