import { createWriteStream, mkdirSync, statSync, writeFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { isFinal, UserError, type RunId, type RunState } from '#protocol';
import type { Host } from '#controller/remotes';
import { extractMeta } from './extract-meta.ts';
import { writeMirrorFile } from './mirror-file.ts';

export interface MirrorOptions {
  /** SORTIE_HOME. */
  readonly home: string;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of output that are now in the mirror, those that were there before included. */
  readonly onOutput?: ((chunk: Uint8Array) => void | Promise<void>) | undefined;
}

/**
 * Keeps a local copy of a remote run's attributes and output until the run has ended, and gives its last state. The copy of the
 * output is always a prefix of the host's and equal at the end. It goes on where an earlier mirror stopped. Errors: `output-gap`
 * when the host's output is shorter than what is here, the host's own.
 */
export async function mirrorRun(host: Host, id: RunId, options: MirrorOptions): Promise<RunState> {
  const { home, signal, onOutput } = options;
  const dir = join(home, 'runs', id);
  mkdirSync(join(dir, '.guild/attrs'), { recursive: true, mode: 0o700 });
  const info = await host.info({ signal });
  const remember = (state: RunState) =>
    writeMirrorFile(dir, { remote: host.name, hostId: info.hostId, state });
  const first = await host.run(id, { signal });
  remember(first);
  const lock = join(dir, '.guild/LOCK.remote');
  if (!isFinal(first.status)) writeFileSync(lock, host.name);
  await extractMeta(await host.meta(id, { signal }), dir);
  const from = await restartIfAnotherAttempt(dir, first);
  await copyOutput(host, id, { path: join(dir, '.guild/output'), from, signal, onOutput });
  const last = await host.run(id, { signal });
  await extractMeta(await host.meta(id, { signal }), dir);
  remember(last);
  if (isFinal(last.status)) rmSync(lock, { force: true });
  return last;
}

/** A restart begins a new output; what the mirror has of the one before is put away. Gives the bytes that stay. */
async function restartIfAnotherAttempt(dir: string, { outputBytes, id }: RunState): Promise<number> {
  const output = join(dir, '.guild/output');
  const here = statSync(output, { throwIfNoEntry: false })?.size ?? 0;
  if (here <= outputBytes) return here;
  throw new UserError({
    code: 'output-gap',
    message: `run ${id.slice(0, 8)} has ${outputBytes} bytes of output on its host, and its mirror ${here}`,
    hint: `the host's output was changed; 'sortie delete ${id.slice(0, 8)}' here and 'sortie pull' fetches it anew`,
  });
}

interface Copy {
  readonly path: string;
  readonly from: number;
  readonly signal: AbortSignal | undefined;
  readonly onOutput: MirrorOptions['onOutput'];
}

async function copyOutput(host: Host, id: RunId, { path, from, signal, onOutput }: Copy): Promise<void> {
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  try {
    for await (const chunk of host.output(id, { from, follow: true, signal })) {
      if (!file.write(chunk)) await once(file, 'drain');
      await onOutput?.(chunk);
    }
  } finally {
    file.end();
    await once(file, 'close');
  }
}
