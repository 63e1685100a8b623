import type { RunId } from '#protocol';
import { toNdjson } from './ndjson.ts';
import { PlainView } from './plain.ts';
import { RunStream } from './run-stream.ts';
import type { ShowOptions, ViewOutcome } from './show-options.ts';
import { ViewStore } from './store.ts';
import type { FeedEvent, ViewFeed } from './view-feed.ts';

/** Shows a feed until it ends, the user detaches, or the signal aborts. Throws what the feed throws, with the screen restored. */
export async function showView(feed: ViewFeed, options: ShowOptions): Promise<ViewOutcome> {
  const store = new ViewStore();
  try {
    switch (options.mode) {
      case 'live': {
        // Ink and React cost 0.15 s and 30 MB: only a terminal pays for them.
        const { LiveView } = await import('./live.ts');
        return await new LiveView(feed, store, options).show();
      }
      case 'plain':
        return await showPlain(feed, store, options);
      case 'json':
        return await showJson(feed, options);
    }
  } finally {
    store.close();
  }
}

async function showPlain(feed: ViewFeed, store: ViewStore, options: ShowOptions): Promise<ViewOutcome> {
  const { subject, kind, terminal, quiet = false, signal } = options;
  const view = new PlainView(store, { terminal, quiet, output: kind === 'run' ? 'bare' : 'named' });
  const followed = new Set<RunId>();
  if (kind === 'run' && subject !== null) feed.follow([subject], 'start');
  for await (const event of feed.events(signal)) {
    await view.take(event);
    const trial = options.withTrialOutput ? startedTrial(event, subject) : null;
    if (trial === null || followed.has(trial)) continue;
    followed.add(trial);
    feed.follow([...followed], 'start');
  }
  view.end();
  return { kind: signal.aborted ? 'detached' : 'over' };
}

/** The trial of this batch that an event tells of, if it has started. */
function startedTrial(event: FeedEvent, batch: RunId | null): RunId | null {
  if (event.type !== 'agent' || event.event.type !== 'run') return null;
  const { id, batch: of, status } = event.event.run;
  return of === batch && status !== 'staged' && status !== 'pending' ? id : null;
}

/** One run or batch is told in documented lines; of many, a program gets what the view does. */
async function showJson(feed: ViewFeed, { subject, terminal, signal }: ShowOptions): Promise<ViewOutcome> {
  const stream = subject === null ? null : new RunStream(subject);
  for await (const event of feed.events(signal))
    await write(stream?.take(event) ?? toNdjson(event), terminal);
  await write(stream?.end() ?? '', terminal);
  return { kind: signal.aborted ? 'detached' : 'over' };
}

async function write(lines: string, { stdout }: ShowOptions['terminal']): Promise<void> {
  if (lines === '' || stdout.write(lines)) return;
  await new Promise<void>((resolve) => stdout.once('drain', resolve));
}
