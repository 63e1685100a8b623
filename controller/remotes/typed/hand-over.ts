import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from '#files';
import { handoverFile } from './place.ts';

export interface Handover extends AsyncDisposable {
  /** Settles once the process has it. */
  readonly taken: Promise<void>;
}

export interface HandoverInit {
  readonly home: string;
  /** The run whose process is to have it. */
  readonly id: string;
  /** Answers by their questions. */
  readonly typed: ReadonlyMap<string, string>;
}

/**
 * Gives a run's process on this machine what was typed to reach hosts: it has nobody to ask. Nothing touches a disk, and the socket is
 * in a folder that only this user may enter.
 */
export async function handOver({ home, id, typed }: HandoverInit): Promise<Handover> {
  const folder = mkdtempSync(join(tmpdir(), 'sortie-typed-'));
  const path = join(folder, 's');
  const file = handoverFile(home, id);
  const takers = new Set<Socket>();
  let resolve: () => void = () => undefined;
  const taken = new Promise<void>((settle) => (resolve = settle));
  const server = createServer((socket) => {
    takers.add(socket);
    socket.on('close', () => takers.delete(socket));
    socket.on('error', () => undefined);
    socket.end(JSON.stringify([...typed]), () => resolve());
  });
  await new Promise<void>((listening) => server.listen(path, listening));
  makeFolder(dirname(file), 0o700);
  writeFileSync(file, path, { mode: 0o600 });
  return {
    taken,
    [Symbol.asyncDispose]: async () => {
      for (const socket of takers) socket.destroy();
      await new Promise<void>((closed) => server.close(() => closed()));
      rmSync(file, { force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
