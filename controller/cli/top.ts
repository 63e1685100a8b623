import { chooseMode, hostsFeed, showView } from '#controller/tui';
import type { Invocation } from './command.ts';
import type { Context } from './context.ts';
import { signalStatus } from './exit-status.ts';
import { feedActions } from './feed-actions.ts';
import { Fleet } from './fleet.ts';
import { reachAll } from './reach.ts';

/** `sortie top [REMOTE…]`: this machine, and the remotes named or all that are configured. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const named = fleet.names(words.length > 0 ? words : [...fleet.config.remotes.keys()]);
  const names = [...new Set(['local', ...named])];
  const leaving = new AbortController();
  const leave = () => leaving.abort(new Error('left'));
  const mode = chooseMode({ json: options['json'] === true, noTui: options['noTui'] === true }, context);
  if (mode !== 'live') for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave);
  const hosts = (await reachAll(names, { fleet, context })).map(({ host }) => host);
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
