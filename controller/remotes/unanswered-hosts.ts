import { createHash } from 'node:crypto';
import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#files';
import { UserError } from '#protocol';

/** A host that did not answer is left alone this long, in ms: one listing after another must not wait for it each time. */
const AWAY_MS = 30_000;
/** One that needs the user, in ms: servers count refused attempts, and shut out who makes too many. */
const REFUSED_MS = 10 * 60_000;

/** The hosts that listings don't ask again for a while: a file each, whose time is when that is over. */
export class UnansweredHosts {
  readonly #dir: string;

  constructor(home: string) {
    this.#dir = join(home, 'cache', 'unanswered');
  }

  has(name: string): boolean {
    const until = statSync(this.#file(name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return until > Date.now();
  }

  add(name: string, error: unknown): void {
    const code = error instanceof UserError ? error.code : '';
    // Nobody was asked, so nobody failed to answer.
    if (code === 'not-met' || code === 'project-not-trusted') return;
    const needsUser = /^(host-key|auth)/.test(code);
    const until = (Date.now() + (needsUser ? REFUSED_MS : AWAY_MS)) / 1000;
    try {
      makeFolder(this.#dir, 0o700);
      writeFileSync(this.#file(name), '');
      utimesSync(this.#file(name), until, until);
    } catch {
      // Without it, the next listing only waits once more.
    }
  }

  /** It was reached, by whatever command. */
  clear(name: string): void {
    try {
      rmSync(this.#file(name), { force: true });
    } catch {
      // Its time ends by itself.
    }
  }

  #file(name: string): string {
    return join(this.#dir, createHash('sha256').update(name).digest('hex').slice(0, 24));
  }
}
