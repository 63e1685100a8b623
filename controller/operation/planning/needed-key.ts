import { createHash } from 'node:crypto';
import { parseOpRef } from '../opref.ts';
import type { Plan } from '../plan.ts';
import { encodeValue, objectOf, type Flags } from '../value.ts';

/** What `--needed` compares: the operation (not the whole of guild.yml), its flags and what the source hashes to. Equal keys are the same run. */
export function neededKey({
  opref,
  flags,
  digest,
}: {
  readonly opref: string;
  readonly flags: Flags;
  readonly digest: string | null;
}): string {
  const { type, name, model, operation } = parseOpRef(opref);
  const text = JSON.stringify([type, name, model, operation, encodeValue(objectOf(flags)), digest]);
  return createHash('sha256').update(text).digest('hex');
}

export function neededKeyOf(plan: Pick<Plan, 'opref' | 'flags'>, digest: string | null): string {
  return neededKey({ opref: plan.opref, flags: plan.flags, digest });
}
