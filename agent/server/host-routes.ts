import type { HostInfo } from '#protocol';
import type { EventHub } from '../events/index.ts';
import { count, flag } from './request.ts';
import { json } from './respond.ts';
import type { Routes } from './router.ts';

export interface HostDoor {
  readonly info: () => Promise<HostInfo>;
  readonly events: EventHub;
  /** Asks the agent to leave as soon as nobody needs it; with `handover`, another agent takes the queue and looks after the runs. */
  readonly retire: (handover: boolean) => void;
}

export function hostRoutes({ info, events, retire }: HostDoor): Routes {
  return {
    'GET /host': async ({ stream }) => json(stream, await info()),
    'GET /events': async ({ stream, query, signal }) => {
      const since = query.has('since') ? count(query, 'since', 0) : null;
      stream.respond({ ':status': 200, 'content-type': 'application/x-ndjson' });
      for await (const event of events.read({ epoch: query.get('epoch'), since }, signal)) {
        if (stream.write(`${JSON.stringify(event)}\n`)) continue;
        await new Promise<void>((resolve) => {
          stream.once('drain', resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      stream.end();
    },
    'POST /shutdown': async ({ stream, query }) => {
      retire(flag(query, 'handover'));
      json(stream, {});
    },
  };
}
