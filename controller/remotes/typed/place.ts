import { join } from 'node:path';

/** In the environment of a command that this program runs for somebody: the handover with what that one typed. */
export const TYPED_VARIABLE = 'SORTIE_TYPED';

/** The file that says at which socket a run's process gets what was typed; there for as long as it does. */
export function handoverFile(home: string, id: string): string {
  return join(home, 'cache', 'handovers', id);
}
