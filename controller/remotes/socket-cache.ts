import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { makeFolder } from '#files';

/** Where an agent listened the last time: a file for each host and agent version, so that no two commands fight over one. */
export class SocketCache {
  readonly #dir: string;

  constructor(home: string) {
    this.#dir = join(home, 'cache', 'sockets');
  }

  get(host: string, version: string): string | undefined {
    try {
      return readFileSync(this.#file(host, version), 'utf8') || undefined;
    } catch {
      return undefined;
    }
  }

  set(host: string, version: string, socket: string): void {
    const file = this.#file(host, version);
    try {
      makeFolder(dirname(file), 0o700);
      writeFileSync(`${file}.${process.pid}`, socket);
      renameSync(`${file}.${process.pid}`, file);
    } catch {
      // A full or read-only disk here costs the next contact a few hundred milliseconds, and nothing else.
    }
  }

  forget(host: string, version: string): void {
    rmSync(this.#file(host, version), { force: true });
  }

  #file(host: string, version: string): string {
    return join(this.#dir, createHash('sha256').update(`${host}\n${version}`).digest('hex').slice(0, 24));
  }
}
