import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError, type RunId } from '#protocol';
import { hasCode, runFiles } from '../home/index.ts';
import { KeyedMutex } from '../launch/index.ts';

/** How often it is looked whether a run has its terminal, or room for more. ms */
const LOOK_MS = 20;

export interface Typing {
  readonly dir: string;
  /** Whose typing it is: each begins to count anew. */
  readonly session: string;
  /** How many bytes were typed before these. */
  readonly from: number;
  readonly bytes: Uint8Array;
  /** The run has ended, and takes no more. */
  readonly ended: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * Hands what is typed to the named pipe of a run that `op_terminal.py` gave a terminal. Bytes are counted, so that what is sent again
 * after a cut is not typed twice; an agent that has just started takes the sender's word for what came before.
 */
export class TypedInput {
  readonly #taken = new Map<RunId, { readonly session: string; readonly bytes: number }>();
  readonly #locks = new KeyedMutex();

  /** Waits until the run has its terminal, and takes the bytes. Errors: `not-typed` where the run ends before. */
  async type(id: RunId, typing: Typing): Promise<void> {
    await this.#locks.run(id, async () => {
      const { session, from, bytes } = typing;
      const before = this.#taken.get(id);
      const taken = before?.session === session ? Math.max(before.bytes, from) : from;
      let left = bytes.subarray(Math.max(0, taken - from));
      if (left.length === 0) return;
      const pipe = await this.#open(typing);
      try {
        while (left.length > 0) {
          const written = await this.#write(pipe, left, typing);
          left = left.subarray(written);
          this.#taken.set(id, { session, bytes: from + bytes.length - left.length });
        }
      } finally {
        await pipe.close();
      }
    });
  }

  /** Nothing more will be typed. */
  forget(id: RunId): void {
    this.#taken.delete(id);
  }

  async #open(typing: Typing): Promise<FileHandle> {
    const path = join(runFiles(typing.dir).sortie, 'terminal');
    for (;;) {
      try {
        return await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
      } catch (error) {
        // Not there yet, or nobody has it open.
        if (!hasCode(error, 'ENOENT') && !hasCode(error, 'ENXIO')) throw error;
      }
      await this.#pause(typing);
    }
  }

  async #write(pipe: FileHandle, bytes: Uint8Array, typing: Typing): Promise<number> {
    for (;;) {
      try {
        return (await pipe.write(bytes)).bytesWritten;
      } catch (error) {
        if (hasCode(error, 'EPIPE')) throw notTyped();
        if (!hasCode(error, 'EAGAIN')) throw error;
      }
      await this.#pause(typing);
    }
  }

  async #pause({ ended, signal }: Typing): Promise<void> {
    if (ended()) throw notTyped();
    await sleep(LOOK_MS, undefined, { signal });
  }
}

function notTyped(): UserError {
  return new UserError({ code: 'not-typed', message: 'the run has ended and reads no more' });
}
