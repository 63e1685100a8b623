import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { makeFolder } from '#files';

/** A file that the user trusts, and the digest of what it said then. */
const Trusted = v.object({ file: v.string(), sha256: v.string() });
const Store = v.object({ trusted: v.array(Trusted) });
export type TrustedFile = v.InferOutput<typeof Trusted>;

/** `trusted.json` of a home, readable by its owner alone. One that can't be read trusts nothing. */
export function trustedFiles(home: string): readonly TrustedFile[] {
  try {
    return v.parse(Store, JSON.parse(readFileSync(storeOf(home), 'utf8'))).trusted;
  } catch {
    return [];
  }
}

/** Whether the user trusts a file with this very text. The same text elsewhere is another file: what it names may be relative to it. */
export function isTrusted(home: string, file: string, text: string): boolean {
  const sha256 = digest(text);
  return trustedFiles(home).some((each) => each.file === file && each.sha256 === sha256);
}

/** From now on a file with this text is trusted; with what it said before it no longer is. */
export function trust(home: string, file: string, text: string): void {
  write(home, [...trustedFiles(home).filter((each) => each.file !== file), { file, sha256: digest(text) }]);
}

/** Gives whether the file was trusted before. */
export function distrust(home: string, file: string): boolean {
  const before = trustedFiles(home);
  const after = before.filter((each) => each.file !== file);
  if (after.length < before.length) write(home, after);
  return after.length < before.length;
}

function write(home: string, trusted: readonly TrustedFile[]): void {
  const file = storeOf(home);
  makeFolder(dirname(file), 0o700);
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify({ trusted }, null, 1)}\n`, { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
}

function storeOf(home: string): string {
  return join(home, 'trusted.json');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
