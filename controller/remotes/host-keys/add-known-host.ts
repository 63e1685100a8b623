import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '#files';
import { hashName, keyType } from './known-hosts.ts';

/** OpenSSH's salt is as long as its hash. */
const SALT_BYTES = 20;

/**
 * Appends a key to a known_hosts file, which is made if need be. The line goes out in one write to the end of the file, so two programs
 * that add at once, ssh among them, never mix their lines, and none that was there is touched.
 */
export async function addKnownHost(
  file: string,
  name: string,
  key: Buffer,
  hashNames: boolean,
): Promise<void> {
  const shown = hashNames ? hashName(name, randomBytes(SALT_BYTES)) : name;
  const line = `${shown} ${keyType(key)} ${key.toString('base64')}\n`;
  makeFolder(dirname(file), 0o700);
  const handle = await open(file, 'a+', 0o600);
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    // A file whose last line was left open by an editor would swallow ours.
    const gap = size > 0 && last.toString() !== '\n' ? '\n' : '';
    await handle.write(gap + line);
  } finally {
    await handle.close();
  }
}
