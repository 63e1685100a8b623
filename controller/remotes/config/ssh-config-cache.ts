import { createHash } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from '#files';
import * as v from 'valibot';
import { askSsh, type SshConfig, type SshQuery } from './ssh-config.ts';
import { sortieHome } from './user-config.ts';

/** Where ssh looks for itself; each may appear later, so its absence is part of what an answer depends on. */
const SYSTEM_FILES = ['/etc/ssh/ssh_config', '/etc/ssh/ssh_config.d'];

const Cached = v.object({
  stamps: v.array(v.tuple([v.string(), v.string()])),
  settings: v.array(v.tuple([v.string(), v.array(v.string())])),
  files: v.array(v.string()),
});

export interface SshConfigContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * `ssh -G`'s answer, remembered for as long as no file or folder that it came from has changed: a process costs 20–30 ms, which a warm
 * start has better use for. Answers that depend on more than files (`Match exec`, variables, name look-ups) are asked for each time.
 */
export async function readSshConfig(query: SshQuery, context: SshConfigContext): Promise<SshConfig | null> {
  const file = cacheFile(query, context);
  const cached = await recall(file);
  if (cached) return cached;
  const answer = await askSsh(query, context);
  if (answer && (await isStable(answer))) await remember(file, answer, query);
  return answer;
}

function cacheFile(query: SshQuery, { env }: SshConfigContext): string {
  const key = JSON.stringify([query, homedir(), env['USER'] ?? '']);
  const name = createHash('sha256').update(key).digest('hex').slice(0, 24);
  return join(sortieHome({ env }), 'cache/ssh-config', `${name}.json`);
}

async function recall(file: string): Promise<SshConfig | null> {
  try {
    const cached = v.parse(Cached, JSON.parse(await readFile(file, 'utf8')));
    const stamps = await Promise.all(cached.stamps.map(async ([path]) => stampOf(path)));
    if (!cached.stamps.every(([, stamp], index) => stamp === stamps[index])) return null;
    return { settings: new Map(cached.settings), files: cached.files };
  } catch {
    // Nothing there, or not ours: it is asked for and written anew.
    return null;
  }
}

async function remember(file: string, { settings, files }: SshConfig, query: SshQuery): Promise<void> {
  const own = query.configFile === undefined ? [join(homedir(), '.ssh/config'), ...SYSTEM_FILES] : [];
  // A folder's time changes when a file appears in it that an Include would match.
  const paths = new Set([...own, ...files, ...files.map((path) => dirname(path))]);
  const stamps = await Promise.all([...paths].map(async (path) => [path, await stampOf(path)] as const));
  try {
    makeFolder(dirname(file), 0o700);
    await writeFile(`${file}.${process.pid}`, JSON.stringify({ stamps, settings: [...settings], files }));
    await rename(`${file}.${process.pid}`, file);
  } catch {
    // A home that can't be written to only costs the next start a few milliseconds.
  }
}

async function stampOf(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true }).catch(() => null);
  return stats ? `${stats.mtimeNs}:${stats.size}:${stats.ino}` : 'none';
}

/** Whether the answer follows from the files alone. */
async function isStable({ settings, files }: SshConfig): Promise<boolean> {
  if (!['false', 'no', undefined].includes(settings.get('canonicalizehostname')?.[0])) return false;
  const texts = await Promise.all(files.map(async (file) => readFile(file, 'utf8').catch(() => '${')));
  return texts.every(followsFromFiles);
}

/** Pure, on the text of one ssh_config file. */
export function followsFromFiles(text: string): boolean {
  if (text.includes('${')) return false;
  return text.split('\n').every((line) => {
    const [keyword, ...rest] = line.trim().split(/[\s=]+/);
    switch (keyword?.toLowerCase()) {
      case 'match':
        return !rest.some((word) => /^!?(exec|localnetwork|final|canonical)$/i.test(word));
      case 'include':
        // Files matched in one folder are watched by the folder's time; a folder that itself is a pattern isn't.
        return rest.every((path) => !/[*?[]/.test(dirname(path)));
      default:
        return true;
    }
  });
}
