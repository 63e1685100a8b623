import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { UserError } from '#protocol';
import type { Prompter } from '../ssh/context.ts';
import { handoverFile, questionKey } from './place.ts';

/** What was typed for a run's process, by its questions; null where nothing was, or whoever started it has gone. */
export async function takeTyped(home: string, id: string): Promise<ReadonlyMap<string, string> | null> {
  const file = handoverFile(home, id);
  if (!existsSync(file)) return null;
  try {
    return new Map(JSON.parse(await text(connect(readFileSync(file, 'utf8')))) as [string, string][]);
  } catch {
    return null;
  }
}

/** Answers what was answered before, for as long as the process lives. Errors: `nobody-to-ask` for another question. */
export function typedPrompter(typed: ReadonlyMap<string, string>): Prompter {
  return {
    ask: async (question) => {
      const answer = typed.get(questionKey(question));
      if (answer !== undefined) return answer;
      throw new UserError({
        code: 'nobody-to-ask',
        message: `stdin is not a terminal, so this cannot be answered: ${question.text.trim()}`,
        hint: "Run 'sortie watch', which prompts first, or load the key with ssh-add.",
      });
    },
  };
}
