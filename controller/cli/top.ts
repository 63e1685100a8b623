import { constants } from 'node:os';
import type { Host } from '#controller/remotes';
import { chooseMode, hostsFeed, showView } from '#controller/tui';
import type { Invocation } from './command.ts';
import type { Context } from './context.ts';
import { Fleet } from './fleet.ts';

/** `sortie top [REMOTE…]`: this machine, and the remotes named or all that are configured. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const named = fleet.names(words.length > 0 ? words : [...fleet.config.remotes.keys()]);
  const names = [...new Set(['local', ...named])];
  const leaving = new AbortController();
  const leave = () => leaving.abort(new Error('left'));
  const mode = chooseMode({ json: options['json'] === true, noTui: options['noTui'] === true }, context);
  if (mode !== 'live') for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave);
  // Before the screen is taken: here a password may still be asked for.
  const reached = await Promise.all(names.map(async (name) => reach(name, { fleet, context })));
  const outcome = await showView(hostsFeed({ hosts: reached.filter((host) => host !== null) }), {
    kind: 'top',
    mode,
    terminal: context,
    subject: null,
    comeBack: ['sortie top', ...words].join(' '),
    onInterrupt: 'detach',
    signal: leaving.signal,
  });
  return outcome.kind === 'signalled' ? 128 + constants.signals[outcome.signal] : 0;
}

/** A host that answered or is down for now; null, with a warning, for one that waiting won't mend. */
async function reach(
  name: string,
  { fleet, context }: { readonly fleet: Fleet; readonly context: Context },
): Promise<Host | null> {
  try {
    const { host } = await fleet.open(name, { isPatient: true });
    await firstContact(host);
    return host;
  } catch (error) {
    context.stderr.write(`WARNING: ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
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
