import { createInterface } from 'node:readline/promises';
import { Writable, type Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { UserError } from '#protocol';
import type { Prompter, Question } from './context.ts';

export interface TerminalStreams {
  readonly input: Readable & { readonly isTTY?: boolean };
  /** Where the question is shown: standard error, so that standard output stays the program's. */
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/** Asks on a terminal, one question at a time however many hosts have one; null where there is no terminal to answer on. */
export function terminalPrompter({ input, output }: TerminalStreams): Prompter | null {
  if (input.isTTY !== true || output.isTTY !== true) return null;
  let before: Promise<unknown> = Promise.resolve();
  return {
    ask: async (question) => {
      const asked = before.then(async () => (question.isSettled?.() ? '' : ask(question, input, output)));
      // Whoever was answered acts on it before the next question is looked at.
      before = asked.catch(() => undefined).then(async () => turn());
      return asked;
    },
  };
}

async function ask(
  { text, hidden, signal }: Question,
  input: Readable,
  output: TerminalStreams['output'],
): Promise<string> {
  // readline echoes what is typed to its output, so a hidden answer gets one that swallows it.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: hidden ? silent : output, terminal: true });
  const { above, line } = questionLine(neutral(text), output.columns);
  // Only now: the terminal itself would echo what is typed before readline has it. The line itself is readline's prompt, as it clears the
  // cursor's line to draw that.
  output.write(hidden ? above + line : above);
  // ^C and ^D while the line is open: readline would leave the question unanswered for ever.
  const cancelled = new Promise<never>((_resolve, reject) => {
    reader.once('SIGINT', () => reject(notAnswered()));
    reader.once('close', () => reject(notAnswered()));
  });
  cancelled.catch(() => undefined);
  let isAnswered = false;
  try {
    const typed = await Promise.race([reader.question(line, signal ? { signal } : {}), cancelled]);
    isAnswered = true;
    return typed;
  } finally {
    reader.close();
    // readline ends the line itself after an answer that it echoed.
    if (hidden || !isAnswered) output.write('\n');
  }
}

function notAnswered(): UserError {
  return new UserError({ code: 'not-answered', message: 'cancelled', exitCode: 130 });
}

/** The end of a question that stands on one line of the terminal with the answer's beginning, and what goes above it. */
function questionLine(text: string, columns = Infinity): { readonly above: string; readonly line: string } {
  const from = text.lastIndexOf('\n') + 1;
  const last = text.slice(from);
  // A cell is left for the cursor.
  const cut = last.length < columns ? 0 : last.trimEnd().lastIndexOf(' ') + 1;
  const head = text.slice(0, from) + last.slice(0, cut);
  return { above: cut === 0 ? head : `${head.trimEnd()}\n`, line: last.slice(cut) };
}

/** A server may put anything into its questions; nothing but text and line ends reaches the terminal. */
function neutral(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(/[^\P{Cc}\n\t]/gu, '\uFFFD');
}
