import { join } from 'node:path';
import type { Question } from '../ssh/context.ts';

/** In the environment of a command that this program runs for somebody: the handover with what that one typed. */
export const TYPED_VARIABLE = 'SORTIE_TYPED';

/** What a question's answer is kept under: no host gets, by the same words, what was typed for another. */
export function questionKey({ text, asker }: Pick<Question, 'text' | 'asker'>): string {
  return JSON.stringify([asker ?? null, text]);
}

/** The file that says at which socket a run's process gets what was typed; there for as long as it does. */
export function handoverFile(home: string, id: string): string {
  return join(home, 'cache', 'handovers', id);
}
