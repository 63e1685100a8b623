import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { RunSpec, type RunState } from '#protocol';
import type { OpenedHost } from '#controller/remotes';

/** Starts the coordinator of a batch again, by its own orders: what its journal and the hosts know is not done twice. */
export async function restartBatch(dir: string, attempt: number, { host }: OpenedHost): Promise<RunState> {
  const text = readFileSync(join(dir, '.guild/sortie/spec.json'), 'utf8');
  const spec = v.parse(v.pipe(v.string(), v.parseJson(), RunSpec), text);
  return host.putRun({ ...spec, attempt });
}
