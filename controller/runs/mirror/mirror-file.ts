import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { RunState } from '#protocol';

/** What a mirror knows of the run's host: `.guild/sortie/mirror.json`. `seen` in µs since the epoch. */
const MirrorFile = v.object({ remote: v.string(), hostId: v.string(), state: RunState, seen: v.number() });
export type MirrorFile = v.InferOutput<typeof MirrorFile>;

/** Written whole, so that a reader never finds half of it. */
export function writeMirrorFile(dir: string, mirror: Omit<MirrorFile, 'seen'>): void {
  const folder = join(dir, '.guild/sortie');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'mirror.json');
  writeFileSync(`${path}.${process.pid}`, JSON.stringify({ ...mirror, seen: Date.now() * 1000 }));
  renameSync(`${path}.${process.pid}`, path);
}

/** undefined where the run directory is no mirror. */
export function readMirrorFile(dir: string): MirrorFile | undefined {
  let text: string;
  try {
    text = readFileSync(join(dir, '.guild/sortie/mirror.json'), 'utf8');
  } catch {
    return undefined;
  }
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), MirrorFile), text);
  return result.success ? result.output : undefined;
}
