import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { protoOf, sourceLines } from '#controller/dispatch';
import type { Plan } from '#controller/operation';
import { shortId, UserError } from '#protocol';
import { printable, pullRun } from '#controller/runs';
import type { Context } from '../context.ts';
import type { Fleet } from '../fleet.ts';

/** Brings the source of a prototype here from the host that has it, unless the new runs are all to be there, or it is here already. */
export async function bringProtoSource(
  plan: Plan,
  names: readonly string[],
  { fleet, context }: { readonly fleet: Fleet; readonly context: Context },
): Promise<void> {
  const proto = protoOf(plan, context.home);
  if (proto === null || proto.host === 'local' || names.every((name) => name === proto.host)) return;
  const paths = sourceLines(proto.dir)
    .map(({ path }) => path)
    .filter((path) => !existsSync(join(proto.dir, path)));
  if (paths.length === 0) return;
  const { host } = await fleet.open(proto.host);
  const pulled = await pullRun(host, proto.id, { home: context.home, paths, onProgress: fleet.progress });
  const missed = pulled.skipped.find(({ isMissed }) => isMissed);
  if (missed === undefined) return;
  throw new UserError({
    code: 'no-source',
    message: `source file ${printable(missed.path)} of run ${shortId(proto.id)} could not be copied from ${proto.host}: ${printable(missed.reason)}`,
    hint: `Run there with '--remote ${proto.host}', or send the working source with --force-sourcecode.`,
  });
}
