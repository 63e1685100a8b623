import { chooseMode, hostsFeed, showView } from '#controller/tui';
import type { Invocation } from './command.ts';
import type { Context } from './context.ts';
import { signalStatus } from './exit-status.ts';
import { feedActions } from './feed-actions.ts';
import { Fleet } from './fleet.ts';
import { reachAll } from './reach.ts';
import { yourHosts } from './your-hosts.ts';

/** `sortie top [REMOTE…]`: the hosts named, or all that are yours. Errors: those of a host that was named, where none is to be had. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const named = words.length > 0 ? fleet.names(words) : null;
  const leaving = new AbortController();
  const leave = () => leaving.abort(new Error('left'));
  const mode = chooseMode({ json: options['json'] === true, noTui: options['noTui'] === true }, context);
  if (mode !== 'live') for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave);
  const reached = await reachAll(named ?? yourHosts(fleet, context), {
    fleet,
    context,
    isNamed: named !== null,
  });
  const hosts = reached.map(({ host }) => host);
  const feed = hostsFeed({ hosts, ...feedActions(hosts, context, fleet), besides: [fleet.news.events] });
  const outcome = await showView(feed, {
    kind: 'top',
    mode,
    terminal: context,
    subject: null,
    comeBack: ['sortie top', ...words].join(' '),
    onInterrupt: 'detach',
    signal: leaving.signal,
  });
  return outcome.kind === 'signalled' ? signalStatus(outcome.signal) : 0;
}
