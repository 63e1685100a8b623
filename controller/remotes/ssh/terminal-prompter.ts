import { createInterface } from 'node:readline/promises';
import { Writable, type Readable } from 'node:stream';
import type { Prompter } from './context.ts';

export interface TerminalStreams {
  readonly input: Readable & { readonly isTTY?: boolean };
  /** Where the question is shown: standard error, so that standard output stays the program's. */
  readonly output: Writable & { readonly isTTY?: boolean };
}

/** Asks on a terminal, one question at a time however many hosts have one; null where there is no terminal to answer on. */
export function terminalPrompter({ input, output }: TerminalStreams): Prompter | null {
  if (input.isTTY !== true || output.isTTY !== true) return null;
  let before: Promise<unknown> = Promise.resolve();
  return {
    ask: async (question) => {
      const asked = before.then(async () => ask(question, input, output));
      before = asked.catch(() => undefined);
      return asked;
    },
  };
}

async function ask(
  { text, hidden, signal }: Parameters<Prompter['ask']>[0],
  input: Readable,
  output: Writable,
): Promise<string> {
  output.write(neutral(text));
  // readline echoes what is typed to its output, so a hidden answer gets one that swallows it.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: hidden ? silent : output, terminal: true });
  try {
    return await reader.question('', signal ? { signal } : {});
  } finally {
    reader.close();
    if (hidden) output.write('\n');
  }
}

/** A server may put anything into its questions; nothing but text and line ends reaches the terminal. */
function neutral(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(/[^\P{Cc}\n\t]/gu, '\uFFFD');
}
