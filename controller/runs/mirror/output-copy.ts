import { lstatSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { StreamReader } from '#files';
import type { OutputPiece } from '#protocol';
import type { Host } from '#controller/remotes';
import { CHANGES, StreamCopy } from './stream-copy.ts';
import type { TreeWriter } from './tree-writer.ts';

const OUTPUT = '.guild/output';
const REPLAY_CHUNK = 1 << 18;

/** Told of a piece once it is written, with its place in the file; the next is read when it is done. */
export type OnOutput = (piece: OutputPiece, at: number) => void | Promise<void>;

export interface OutputCopy {
  readonly id: string;
  /** Where to go on: not the copy's end, which another command may move while this one has yet to tell of what is before it. */
  readonly from: number;
  /** Until the run has ended, or only what is there now. */
  readonly follow: boolean;
  readonly onOutput?: OnOutput | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings a mirror's output up to the host's, and returns where it ends. Bytes are written at their own places, so that several
 * that copy one run at a time do no harm: the file is always a prefix of the host's.
 */
export async function copyOutput(host: Host, into: TreeWriter, copy: OutputCopy): Promise<number> {
  const { id, from, follow, signal, onOutput } = copy;
  const file = await into.open(OUTPUT);
  const streams = await StreamCopy.open(into);
  try {
    let at = from;
    for await (const piece of host.streams(id, { from: at, follow, signal })) {
      await streams.note(piece.stream, at);
      await writeAt(file, piece.bytes, at);
      await onOutput?.(piece, at);
      at += piece.bytes.length;
    }
    return at;
  } finally {
    await streams.close();
    await file.close();
  }
}

/** Tells of the output that is here already, from its start, and returns how far that went. */
export async function replayOutput(into: TreeWriter, onOutput: OnOutput): Promise<number> {
  const file = await into.open(OUTPUT);
  const streams = new StreamReader(join(into.root, CHANGES));
  try {
    const buffer = Buffer.alloc(REPLAY_CHUNK);
    for (let at = 0; ;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return at;
      for (const piece of streams.cut(Buffer.from(buffer.subarray(0, bytesRead)), at)) {
        await onOutput(piece, at);
        at += piece.bytes.length;
      }
    }
  } finally {
    streams.close();
    await file.close();
  }
}

/** Forgets a mirror's output, when the host's was begun anew. */
export async function dropOutput(into: TreeWriter, from = 0): Promise<void> {
  const file = await into.open(OUTPUT);
  try {
    await file.truncate(from);
    if (from === 0) into.remove(CHANGES);
  } finally {
    await file.close();
  }
}

/** How much output is here, without making anything. Bytes. */
export function lengthHere({ root }: TreeWriter): number {
  return lstatSync(join(root, OUTPUT), { throwIfNoEntry: false })?.size ?? 0;
}

/** How much output is here, in a file that is there from now on. Bytes. */
export async function outputLength(into: TreeWriter): Promise<number> {
  const file = await into.open(OUTPUT);
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

async function writeAt(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}
