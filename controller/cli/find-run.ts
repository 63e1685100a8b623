import { join } from 'node:path';
import { OPREF_ATTRS } from '#protocol';
import type { OpenedHost } from '#controller/remotes';
import { listRuns, readMirrorFile, runOnHost, selectOne } from '#controller/runs';
import type { Context } from './context.ts';
import type { Fleet } from './fleet.ts';

export interface RunPlace {
  readonly id: string;
  readonly opened: OpenedHost;
}

/**
 * The run that a word means (the beginning of an id, or an index of the listing; the newest without one), and the host that has it:
 * the one asked for, else the one that its mirror names. Errors: `no-such-run`, `ambiguous-run`.
 */
export async function findRun(
  word: string | undefined,
  from: { readonly context: Context; readonly fleet: Fleet; readonly remote?: string | undefined },
): Promise<RunPlace> {
  const { context, fleet, remote } = from;
  if (remote !== undefined) {
    const opened = await fleet.open(remote);
    const listed = await opened.host.runs({ attrs: OPREF_ATTRS });
    return {
      id: selectOne(
        listed.map(({ state, attrs }) => runOnHost(state, attrs, remote)),
        word,
      ).id,
      opened,
    };
  }
  const { id } = selectOne(listRuns(context.home), word);
  const mirror = readMirrorFile(join(context.home, 'runs', id));
  return { id, opened: await fleet.open(mirror?.remote ?? 'local') };
}
