import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '#protocol';
import { makeFolder } from '#files';
import { agentBundle } from './local/bundle.ts';
import { SocketCache } from './socket-cache.ts';

/** A host that nobody reached for so long is no longer anybody's. ms */
const FORGOTTEN_MS = 30 * 86_400_000;
/** How old the note of a host may be before it is written again. ms */
const FRESH_MS = 3_600_000;
/** Notes read at most: what a view looks at. */
const MOST = 100;

/** Notes that a host was reached, by the name that its user gave it. A disk that refuses costs nothing but the note. */
export function rememberHost(home: string, name: string, now = Date.now()): void {
  const dir = folder(home);
  const file = join(dir, createHash('sha256').update(name).digest('hex').slice(0, 24));
  try {
    const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (now - written < FRESH_MS) return;
    makeFolder(dir, 0o700);
    writeFileSync(file, name);
  } catch {
    // The host is found by its live runs, and in config.yml.
  }
}

/** The names of hosts that were reached within a month, the latest first. */
export function metHosts(home: string, now = Date.now()): readonly string[] {
  const dir = folder(home);
  const notes = entries(dir).flatMap((file) => {
    const path = join(dir, file);
    try {
      return [{ path, name: readFileSync(path, 'utf8'), at: statSync(path).mtimeMs }];
    } catch {
      return [];
    }
  });
  for (const { path, at } of notes) if (now - at > FORGOTTEN_MS) rmSync(path, { force: true });
  return notes
    .filter(({ name, at }) => name !== '' && now - at <= FORGOTTEN_MS)
    .sort((a, b) => b.at - a.at)
    .slice(0, MOST)
    .map(({ name }) => name);
}

function entries(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function folder(home: string): string {
  return join(home, 'cache', 'hosts');
}

/** Whether an agent of this version was met there before: reaching it again puts nothing in place, unless it has gone. */
export function remembersAgent(home: string, key: string): boolean {
  return new SocketCache(home).get(key, agentBundle().version) !== undefined;
}

export function forgetAgent(home: string, key: string): void {
  new SocketCache(home).forget(key, agentBundle().version);
}

/** For what is worth no first contact. */
export function notMet(host: string): UserError {
  return new UserError({ code: 'not-met', message: `${host}: no agent is known there` });
}
