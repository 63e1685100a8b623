import { constants, type FSWatcher, watch } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Prompter } from '../context.ts';

/**
 * What `ssh` runs to ask its user. It puts the question into a file of our private folder, whole, and waits at a pipe for the answer,
 * which thus never touches a disk; no answer is a refusal.
 */
const SCRIPT = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
mkfifo -m 600 "answer.$$" || exit 1
printf '%s' "$1" > "asking.$$" && mv "asking.$$" "question.$$"
IFS= read -r answer < "answer.$$" || exit 1
rm -f "answer.$$"
printf '%s\\n' "$answer"
`;

/** Answers ssh's questions by the same prompter as the ssh2 transport's, so that they work under a full-screen view too. */
export class Askpass implements AsyncDisposable {
  readonly #dir: string;
  readonly #prompter: Prompter;
  readonly #hold: () => () => void;
  readonly #seen = new Set<string>();
  readonly #cancel = new AbortController();
  #watcher: FSWatcher | null = null;

  /** `hold` stops the connection's clock while a person is asked. */
  constructor(dir: string, prompter: Prompter, hold: () => () => void) {
    this.#dir = dir;
    this.#prompter = prompter;
    this.#hold = hold;
  }

  /** Environment variables for `ssh`. */
  async start(): Promise<Record<string, string>> {
    const script = join(this.#dir, 'askpass');
    await writeFile(script, SCRIPT, { mode: 0o700 });
    this.#watcher = watch(this.#dir, (_event, name) => {
      const id = /^question\.(\d+)$/.exec(name ?? '')?.[1];
      if (id === undefined || this.#seen.has(id)) return;
      this.#seen.add(id);
      void this.#answer(id);
    });
    // OpenSSH before 8.4 doesn't know REQUIRE, but asks this way when it has a display and no terminal.
    return { SSH_ASKPASS: script, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: process.env['DISPLAY'] ?? ':0' };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watcher?.close();
    this.#cancel.abort(new Error('The connection is over'));
  }

  async #answer(id: string): Promise<void> {
    const release = this.#hold();
    const pipe = join(this.#dir, `answer.${id}`);
    try {
      const text = await readFile(join(this.#dir, `question.${id}`), 'utf8');
      await rm(join(this.#dir, `question.${id}`), { force: true });
      const hidden = !/\(yes\/no(\/\[fingerprint\])?\)/.test(text);
      const answer = await this.#prompter.ask({
        text: `${text.trimEnd()} `,
        hidden,
        signal: this.#cancel.signal,
      });
      await put(pipe, `${answer}\n`);
    } catch {
      // Cancelled: an open and a close let the script end, which ssh takes for no answer.
      await put(pipe, '').catch(() => undefined);
    } finally {
      release();
    }
  }
}

/** The script opens its end right after it has asked; one that is gone by then needs no answer. */
const READER_TRIES = 250;
const READER_WAIT_MS = 20;

/** Writes to a pipe once it has a reader: opened before that, what is written would be lost at the closing. */
async function put(pipe: string, text: string): Promise<void> {
  for (let round = 0; round < READER_TRIES; round += 1) {
    try {
      const handle = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
      await handle.write(text);
      await handle.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      await setTimeout(READER_WAIT_MS);
    }
  }
}
