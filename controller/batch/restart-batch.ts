import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { RunSpec, type RunState } from '#protocol';
import type { Plan } from '#controller/operation';
import type { OpenedHost } from '#controller/remotes';
import { BATCH_FOLDER, readBatch } from './batch-file.ts';

/**
 * Starts the coordinator of a batch again, by its own orders: what its journal and the hosts know is not done twice. `secretsFor` finds the
 * values that were not written down.
 */
export async function restartBatch(
  dir: string,
  attempt: number,
  { opened, secretsFor }: { readonly opened: OpenedHost; readonly secretsFor: SecretsFor },
): Promise<RunState> {
  const text = readFileSync(join(dir, '.guild/sortie/spec.json'), 'utf8');
  const { environment, ...spec } = v.parse(v.pipe(v.string(), v.parseJson(), RunSpec), text);
  const { plan } = readBatch(join(dir, BATCH_FOLDER, 'batch.json'));
  const variables = { ...environment.variables, ...secretsFor(plan) };
  return opened.host.putRun({ ...spec, environment: { ...environment, variables }, attempt });
}

/** The secrets of a plan whose values were withheld from its record, by name. Errors: `secret-needed`. */
export type SecretsFor = (plan: Plan) => Readonly<Record<string, string>>;
