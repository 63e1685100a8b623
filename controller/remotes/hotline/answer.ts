import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Prompter } from '../ssh/context.ts';
import { hotlineFile, type HotlineAnswer, type HotlineCall } from './place.ts';

/** Whoever has no terminal is answered while this lives. */
export interface Hotline extends AsyncDisposable {
  /** Settles when the other end has said that it will ask no more. */
  readonly through: Promise<void>;
}

export interface HotlineInit {
  readonly home: string;
  /** The run whose process asks. */
  readonly id: string;
  readonly prompter: Prompter;
}

/**
 * Answers what a run's process on this machine asks that has nobody before it: passwords and passphrases that were typed here are
 * good for it too, and never touch a disk. The socket is in a folder that only this user may enter.
 */
export async function answerHotline({ home, id, prompter }: HotlineInit): Promise<Hotline> {
  const folder = mkdtempSync(join(tmpdir(), 'sortie-hotline-'));
  const path = join(folder, 's');
  const file = hotlineFile(home, id);
  const callers = new Set<Socket>();
  const { promise: through, resolve } = Promise.withResolvers<void>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    callers.add(socket);
    socket.on('close', () => callers.delete(socket));
    socket.on('error', () => undefined);
    createInterface({ input: socket }).once('line', (line) => {
      const call = JSON.parse(line) as HotlineCall;
      if ('through' in call) {
        resolve();
        socket.end();
      } else void answer(call.ask, prompter).then((words) => socket.end(`${JSON.stringify(words)}\n`));
    });
  });
  await new Promise<void>((listening) => server.listen(path, listening));
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, path, { mode: 0o600 });
  return {
    through,
    [Symbol.asyncDispose]: async () => {
      for (const socket of callers) socket.destroy();
      await new Promise<void>((closed) => server.close(() => closed()));
      rmSync(file, { force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answer(
  question: { readonly text: string; readonly hidden: boolean },
  prompter: Prompter,
): Promise<HotlineAnswer> {
  try {
    return { answer: await prompter.ask(question) };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}
