import type { Host, OpenedHost } from '#controller/remotes';
import { safeText } from '#controller/tui';
import type { Context } from './context.ts';
import type { Fleet } from './fleet.ts';

/** A start that takes longer than this is noticed. Milliseconds. */
const SLOW_MS = 300;

/** The hosts that a view looks at, met before it takes the screen: here a password may still be asked for. Those that waiting won't mend are warned of and left out. */
export async function reachAll(
  names: readonly string[],
  from: { readonly fleet: Fleet; readonly context: Context },
): Promise<OpenedHost[]> {
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
    return reached.filter((opened) => opened !== null);
  } finally {
    clearTimeout(timer);
  }
}

/** A host that answered or is down for now; null, with a warning, for one that waiting won't mend. */
async function reach(name: string, { fleet }: { readonly fleet: Fleet }): Promise<OpenedHost | null> {
  try {
    const opened = await fleet.open(name, { isPatient: true });
    await firstContact(opened.host);
    return opened;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    fleet.stderr.write(`WARNING: ${name}: ${safeText(why)}\n`);
    return null;
  }
}

/** Until the host answers, or its link says that it can't be reached now. Errors: what trying again won't mend. */
async function firstContact(host: Host): Promise<void> {
  const stop = new AbortController();
  const { promise: down, resolve } = Promise.withResolvers<void>();
  // A link that gives up says that it is lost too, and the call then throws within the same turn.
  const unlink = host.onLink(({ kind }) => kind === 'lost' && setImmediate(resolve));
  const answer = host.info({ signal: stop.signal });
  try {
    await Promise.race([answer, down]);
  } finally {
    unlink();
    stop.abort();
    await answer.catch(() => undefined);
  }
}
