import { shortId, usageError } from '#protocol';
import type { Plan, Situation } from '#controller/operation';
import type { Fleet } from '../fleet.ts';

interface Asked {
  readonly isPipeline: boolean;
  /** The hosts asked for; `local` for this machine. */
  readonly names: readonly string[];
  readonly fleet: Pick<Fleet, 'nameOfHost'>;
}

/** What a command comes to, for what its options mean there. Errors: `restart-elsewhere`, for a run that is on another host than asked for. */
export function situationOf(plan: Plan, { isPipeline, names, fleet }: Asked): Situation {
  const { batch, kind, from } = plan;
  const { isPython } = plan.operation;
  const place = names.some((name) => name !== 'local') ? 'remote' : 'here';
  const ofPipelines = isPipeline && batch !== null;
  const shape =
    batch !== null ? (batch.operation === '+' ? 'batch' : 'search') : isPipeline ? 'pipeline' : 'single';
  if (kind !== 'restart' || from === null) return { shape, place, mode: kind, ofPipelines, isPython };
  const [asked = 'local'] = names;
  const host = fleet.nameOfHost(from, asked);
  if (asked !== 'local' && host !== asked)
    throw usageError({
      code: 'restart-elsewhere',
      message: `run ${shortId(from)} is on ${host}, and a restart does not move it`,
      hint: `Leave out --remote, or use --proto ${shortId(from)} for a new run on ${asked}.`,
    });
  return { shape, place: host === 'local' ? 'here' : 'remote', mode: kind, isPython };
}
