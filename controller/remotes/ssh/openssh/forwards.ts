import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { LinkLostError } from '../../transport.ts';
import { userArgs } from './user-args.ts';

/** A master on this machine answers in milliseconds. */
const FORWARD_MS = 10_000;

/** The local sockets that a master listens at, one for each path on the host that was ever asked for. */
export class Forwards {
  readonly #dir: string;
  readonly #controlPath: string;
  readonly #made = new Map<string, Promise<string>>();

  constructor(dir: string, controlPath: string) {
    this.#dir = dir;
    this.#controlPath = controlPath;
  }

  /** The local socket that leads to `path` on the host. */
  async to(path: string): Promise<string> {
    const made = this.#made.get(path) ?? this.#make(path, join(this.#dir, `f${this.#made.size}`));
    this.#made.set(path, made);
    return made.catch((error: unknown) => {
      this.#made.delete(path);
      throw error;
    });
  }

  async #make(path: string, local: string): Promise<string> {
    const forward = `${escaped(local)}:${escaped(path)}`;
    const args = ['-O', 'forward', '-L', forward, ...userArgs(this.#controlPath)];
    return new Promise((resolve, reject) => {
      execFile('ssh', args, { timeout: FORWARD_MS }, (error, _stdout, stderr) => {
        if (error) reject(new LinkLostError(`ssh could not forward: ${stderr.trim() || error.message}`));
        else resolve(local);
      });
    });
  }
}

/** In ssh's notation of forwards a colon parts the ends, and a backslash takes that from it. */
function escaped(path: string): string {
  return path.replaceAll(/[\\:]/g, String.raw`\$&`);
}
