import * as v from 'valibot';
import { readIfThere } from '../home/index.ts';

const Card = v.strictObject({
  socket: v.string(),
  pid: v.number(),
  version: v.string(),
  hostId: v.string(),
});
/** How an agent that is up is reached: it lies beside its socket. */
export type Card = v.InferOutput<typeof Card>;

/** Null where there is none, or only the beginning of one. */
export function readCard(path: string): Card | null {
  try {
    const parsed = v.safeParse(Card, JSON.parse(readIfThere(path) ?? 'null'));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
