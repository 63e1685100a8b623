import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { UserError } from '#protocol';
import type { Prompter } from '../ssh/context.ts';
import { hotlineFile, type HotlineAnswer, type HotlineCall } from './place.ts';

export interface HotlinePrompter extends Prompter {
  /** Says that what was to be asked at the start has been asked. */
  through(): Promise<void>;
}

/**
 * Asks the command that started this process, for as long as it is there; after that, what it answered once is its answer to the same
 * question for ever. Null where there is no such command.
 */
export function hotlinePrompter(home: string, id: string): HotlinePrompter | null {
  const file = hotlineFile(home, id);
  if (!existsSync(file)) return null;
  const known = new Map<string, string>();
  return {
    ask: async ({ text: question, hidden }) => {
      const answer = await call(file, { ask: { text: question, hidden } });
      if (answer !== null && 'answer' in answer) known.set(question, answer.answer);
      const words = known.get(question);
      if (words !== undefined) return words;
      const why = answer !== null && 'refused' in answer ? answer.refused : 'nobody is there to answer';
      throw new UserError({
        code: 'nobody-to-ask',
        message: `${why}: ${question.trim()}`,
        hint: "'sortie watch' asks before it begins; an ssh agent (ssh-add) spares all questions",
      });
    },
    through: async () => void (await call(file, { through: true })),
  };
}

/** Null where nobody answers any more. */
async function call(file: string, words: HotlineCall): Promise<HotlineAnswer | null> {
  try {
    const socket = connect(readFileSync(file, 'utf8'));
    socket.end(`${JSON.stringify(words)}\n`);
    const answer = await text(socket);
    return answer === '' ? null : (JSON.parse(answer) as HotlineAnswer);
  } catch {
    return null;
  }
}
