import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#files';
import { batchText, readBatch, type BatchFile } from './batch-file.ts';

/** A part of a batch that was left to one host, as a batch of its own there. */
export interface Share {
  readonly remote: string;
  readonly batch: BatchFile;
}

/** A batch that was left to several hosts. */
export interface ShareGroup {
  readonly id: string;
  /** Where what is known of it here is kept. */
  readonly dir: string;
  readonly shares: readonly Share[];
}

/**
 * What this machine remembers of batches that it left to several hosts: their orders, as they were when they were sent. What hosts
 * say of a batch is not enough to give one of them another's trials.
 */
const root = (home: string) => join(home, 'groups');

/** Remembers a share, before its host hears of it. */
export function rememberShare(home: string, group: string, { remote, batch }: Share): void {
  const dir = join(root(home), group);
  makeFolder(dir, 0o700);
  writeFileSync(join(dir, `${batch.id}.remote`), remote);
  writeFileSync(join(dir, `${batch.id}.json`), batchText(batch), { mode: 0o600 });
}

/** The ids of the shares that are one batch, for each batch that was left to several hosts. */
export function sharedBatches(home: string): readonly (readonly string[])[] {
  return names(root(home)).map((group) => sharesIn(join(root(home), group)));
}

/** The batch that a share is a part of; null for any other run. */
export function groupOf(home: string, share: string): ShareGroup | null {
  const id = names(root(home)).find((group) => existsSync(join(root(home), group, `${share}.json`)));
  if (id === undefined) return null;
  const dir = join(root(home), id);
  const shares = sharesIn(dir).map((each) => ({
    remote: readFileSync(join(dir, `${each}.remote`), 'utf8'),
    batch: readBatch(join(dir, `${each}.json`)),
  }));
  return { id, dir, shares };
}

/** Shares are remembered before they are here: what is younger than this, in ms, may be one that is just being left. */
const YOUNG_MS = 24 * 3600_000;

/** Forgets batches of which no share is here any more. */
export function forgetGoneGroups(home: string): void {
  for (const group of names(root(home))) {
    const dir = join(root(home), group);
    const isHere = sharesIn(dir).some((share) => existsSync(join(home, 'runs', share)));
    if (!isHere && Date.now() - statSync(dir).mtimeMs > YOUNG_MS)
      rmSync(dir, { recursive: true, force: true });
  }
}

function sharesIn(dir: string): string[] {
  return names(dir).flatMap((name) => /^([0-9a-f]{32})\.json$/.exec(name)?.[1] ?? []);
}

function names(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).sort() : [];
}
