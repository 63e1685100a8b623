import * as v from 'valibot';
import { RunSpec, shortId, UserError, type RunId } from '#protocol';
import type { Host } from '#controller/remotes';
import { pullRun } from '#controller/runs';
import { formatBytes } from '#controller/tui';
import type { Context } from './context.ts';
import type { Fleet } from './fleet.ts';

/** What the keys of a view can do besides stopping: `p` brings a run's files here, `r` runs an ended one again, as it was. */
export function feedActions(hosts: readonly Host[], { home }: Context, fleet: Fleet) {
  return {
    pull: async (id: RunId): Promise<string> => {
      const host = await hostOf(id, hosts);
      const pulled = await pullRun(host, id, { home, onProgress: fleet.progress });
      if (pulled.skipped.length === 0 && host.name === 'local') return `it is here: ${pulled.dir}`;
      const left = pulled.skipped.length === 0 ? '' : `, ${pulled.skipped.length} left out`;
      const files = `${pulled.files} file${pulled.files === 1 ? '' : 's'}`;
      return `pulled ${files}, ${formatBytes(pulled.bytes)}${left} to ${pulled.dir}`;
    },
    restart: async (id: RunId): Promise<void> => {
      const host = await hostOf(id, hosts);
      const chunks: Uint8Array[] = [];
      for await (const chunk of host.file(id, '.guild/sortie/spec.json', { from: 0 })) chunks.push(chunk);
      const spec = v.parse(
        v.pipe(v.string(), v.parseJson(), RunSpec),
        Buffer.concat(chunks).toString('utf8'),
      );
      const { attempt } = await host.run(id);
      await host.putRun({ ...spec, attempt: attempt + 1 });
    },
  };
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
