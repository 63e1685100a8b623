import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { dumpYaml, isFinal, RunSpec, shortId, UserError, type RunId } from '#protocol';
import type { Host } from '#controller/remotes';
import { mirrorRun, pullRun } from '#controller/runs';
import { formatBytes, type FeedActions } from '#controller/tui';
import type { Context } from './context.ts';
import type { Fleet } from './fleet.ts';

/** What the keys of a view can do besides stopping. */
export function feedActions(hosts: readonly Host[], { home }: Context, fleet: Fleet): FeedActions {
  return {
    pull: async (id) => {
      const host = await hostOf(id, hosts);
      const pulled = await pullRun(host, id, { home, onProgress: fleet.progress });
      if (pulled.skipped.length === 0 && host.name === 'local') return `already local: ${pulled.dir}`;
      const left = pulled.skipped.length === 0 ? '' : `, ${pulled.skipped.length} left out`;
      const files = `${pulled.files} file${pulled.files === 1 ? '' : 's'}`;
      return `pulled ${files}, ${formatBytes(pulled.bytes)}${left} to ${pulled.dir}`;
    },
    restart: async (id) => {
      const host = await hostOf(id, hosts);
      const { attempt, status } = await host.run(id);
      // The view may be older than the run's end.
      if (status === 'completed' || !isFinal(status))
        throw new UserError({
          code: 'not-restarted',
          message:
            status === 'completed' ? 'the run completed, and its files are a result' : `the run is ${status}`,
          hint: status === 'completed' ? 'run it again as a new run' : 'stop it first',
        });
      await host.putRun({ ...(await specOn(host, id)), attempt: attempt + 1 });
      return `restarted ${shortId(id)}`;
    },
    rerun: async (id) => {
      const host = await hostOf(id, hosts);
      const spec = newRun(await specOn(host, id));
      await host.putRun(spec);
      // Without it, nothing here would know of the run once the view is left.
      if (host.name !== 'local') await mirrorRun(host, spec.id, { home, follow: false });
      return `started ${shortId(spec.id)}, a new run like ${shortId(id)}`;
    },
  };
}

/** The same orders for a run of its own: of no batch, and begun now. */
function newRun({ lease: _lease, ...spec }: RunSpec): RunSpec {
  const id = randomUUID().replaceAll('-', '');
  const attrs = { ...spec.attrs, id: dumpYaml(id), initialized: dumpYaml(BigInt(Date.now() * 1000)) };
  return { ...spec, id, attrs, attempt: 1, batch: null };
}

async function specOn(host: Host, id: RunId): Promise<RunSpec> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of host.file(id, '.guild/sortie/spec.json', { from: 0 })) chunks.push(chunk);
  return v.parse(v.pipe(v.string(), v.parseJson(), RunSpec), Buffer.concat(chunks).toString('utf8'));
}

/** The host that has the run, of those that are looked at. */
async function hostOf(id: RunId, hosts: readonly Host[]): Promise<Host> {
  for (const host of hosts) {
    try {
      await host.run(id);
      return host;
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'no-such-run') throw error;
    }
  }
  throw new UserError({ code: 'no-such-run', message: `no host in this view has run ${shortId(id)}` });
}
