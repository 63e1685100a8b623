import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { shortId, usageError, UserError } from '#protocol';
import type { OpenedHost } from '#controller/remotes';
import { readMirrorFile } from '#controller/runs';
import type { Context } from './context.ts';
import type { Fleet } from './fleet.ts';

export interface RunPlace {
  readonly id: string;
  readonly opened: OpenedHost;
}

/** The run that the beginning of an id means, and the host that has it: the one asked for, else the one that its mirror names. Errors: `no-such-run`, `ambiguous-run`. */
export async function findRun(
  prefix: string,
  from: { readonly context: Context; readonly fleet: Fleet; readonly remote?: string | undefined },
): Promise<RunPlace> {
  const { context, fleet, remote } = from;
  if (remote !== undefined) {
    const opened = await fleet.open(remote);
    const listed = await opened.host.runs({ attrs: [] });
    return {
      id: onlyMatch(
        prefix,
        listed.map(({ state }) => state.id),
        remote,
      ),
      opened,
    };
  }
  const id = onlyMatch(prefix, localIds(context.home), 'this machine');
  const mirror = readMirrorFile(join(context.home, 'runs', id));
  return { id, opened: await fleet.open(mirror?.remote ?? 'local') };
}

/** Ids of the runs that have a directory here, mirrors among them. */
export function localIds(home: string): string[] {
  try {
    return readdirSync(join(home, 'runs')).filter((name) => /^[0-9a-f]{32}$/.test(name));
  } catch {
    return [];
  }
}

function onlyMatch(prefix: string, ids: readonly string[], where: string): string {
  const matches = ids.filter((id) => id.startsWith(prefix));
  const [only, ...others] = matches;
  if (only === undefined) {
    throw usageError({
      code: 'no-such-run',
      message: `could not find run matching '${prefix}' on ${where}`,
      hint: "'sortie runs' lists them",
    });
  }
  if (others.length === 0) return only;
  throw new UserError({
    code: 'ambiguous-run',
    message: `'${prefix}' matches multiple runs:\n${matches.map((id) => `  ${shortId(id)}`).join('\n')}`,
    hint: 'give more of its id',
  });
}
