import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { isFinal, RunId, UserError, type RunState } from '#protocol';
import type { Host } from '#controller/remotes';
import { copyGrowingFiles } from './growing-files.ts';
import { writeMeta } from './meta.ts';
import {
  copyOutput,
  dropOutput,
  lengthHere,
  outputLength,
  replayOutput,
  type OnOutput,
} from './output-copy.ts';
import { isOriginal, readMirrorFile, writeMirrorFile, type MirrorFile } from './mirror-file.ts';
import { TreeWriter } from './tree-writer.ts';

/** A mirror that follows asks for the run's state this often, for listings to show its progress. ms. */
const REFRESH_MS = 10_000;

export interface MirrorOptions {
  /** SORTIE_HOME: the copy is its runs/ID. */
  readonly home: string;
  readonly signal?: AbortSignal | undefined;
  /** Stay until the run has ended, as by default; else catch up with what is there now. */
  readonly follow?: boolean;
  /** Told of each chunk and its place in the output, what was here before included; waited for. */
  readonly onOutput?: OnOutput | undefined;
  readonly onState?: ((state: RunState) => void) | undefined;
}

/**
 * Makes and keeps a local copy of a remote run's record and output, and returns the run's state at the end. It goes on from what
 * is there, as often as it is called. A home that the host shares has the run itself: nothing is copied then. Throws UserError
 * `mirror-gap` when the host has less output than it said.
 */
export async function mirrorRun(host: Host, id: RunId, context: MirrorOptions): Promise<RunState> {
  // The name of a directory, and from a caller that may have it from a host.
  const dir = join(context.home, 'runs', v.parse(RunId, id));
  if (isOriginal(dir)) return followOnly(host, id, context);
  return new Mirror(host, new TreeWriter(dir), { ...context, id }).run();
}

async function followOnly(host: Host, id: RunId, context: MirrorOptions): Promise<RunState> {
  const { signal, follow = true, onOutput } = context;
  let at = 0;
  for await (const piece of host.streams(id, { from: 0, follow, signal })) {
    await onOutput?.(piece, at);
    at += piece.bytes.length;
  }
  const state = await host.run(id, { signal });
  context.onState?.(state);
  return state;
}

class Mirror {
  readonly #host: Host;
  readonly #into: TreeWriter;
  readonly #context: MirrorOptions & { readonly id: RunId };
  readonly #before: MirrorFile | null;
  #hostId = '';

  constructor(host: Host, into: TreeWriter, context: MirrorOptions & { readonly id: RunId }) {
    this.#host = host;
    this.#into = into;
    this.#context = context;
    this.#before = readMirrorFile(into.root);
  }

  async run(): Promise<RunState> {
    const { id, signal, follow = true, onOutput } = this.#context;
    // Before the host is asked: another command may copy the same run, and lengthen the copy in the meantime.
    const length = lengthHere(this.#into);
    const [info, first] = await Promise.all([this.#host.info({ signal }), this.#host.run(id, { signal })]);
    this.#hostId = info.hostId;
    if (this.#isDone(first)) {
      if (onOutput !== undefined) await replayOutput(this.#into, onOutput);
      this.#context.onState?.(first);
      return first;
    }
    // The record comes before all else: without it an agent here would take the directory for its own run.
    await this.#record(first);
    if (this.#isOtherOutput(first, length)) await dropOutput(this.#into);
    const from =
      onOutput === undefined ? await outputLength(this.#into) : await replayOutput(this.#into, onOutput);
    const keeping = new AbortController();
    const failures: unknown[] = [];
    let at: number;
    // Beside the output, not before it: the first byte of a run that begins waits for nothing.
    const kept =
      follow && !isFinal(first.status)
        ? this.#keepRecord(first, keeping.signal).catch((error: unknown) => failures.push(error))
        : null;
    try {
      at = await copyOutput(this.#host, this.#into, { id, from, follow, signal, onOutput });
    } finally {
      keeping.abort();
      await kept;
    }
    if (failures.length > 0) throw failures[0];
    return this.#finish(at);
  }

  /** The state after the output, so that a run that is over has given all of it. */
  async #finish(from: number): Promise<RunState> {
    const { id, signal, onOutput } = this.#context;
    let last = await this.#host.run(id, { signal });
    let length = from;
    if (isFinal(last.status) && length < last.outputBytes) {
      length = await copyOutput(this.#host, this.#into, { id, from, follow: false, signal, onOutput });
      // The last of it may have been joined meanwhile.
      last = await this.#host.run(id, { signal });
    }
    if (isFinal(last.status) && length !== last.outputBytes) throw gap(id, this.#host.name, { length, last });
    await this.#copyMeta(last);
    await this.#record(last, true);
    return last;
  }

  #isDone(state: RunState): boolean {
    const before = this.#before;
    if (before?.complete !== true || !isFinal(state.status) || before.hostId !== this.#hostId) return false;
    // Attributes of a run that is over may still be edited: only its record is fetched then, by a pull.
    return before.outputBytes === state.outputBytes && JSON.stringify(before.state) === JSON.stringify(state);
  }

  #isOtherOutput(state: RunState, length: number): boolean {
    const another = this.#before !== null && this.#before.hostId !== this.#hostId;
    return another || length > state.outputBytes;
  }

  async #copyMeta(state: RunState, signal = this.#context.signal): Promise<void> {
    const { id } = this.#context;
    await writeMeta(await this.#host.meta(id, { signal }), this.#into);
    const { outputBytes, status } = state;
    const copy = { id, outputBytes, isOver: isFinal(status), signal };
    await copyGrowingFiles(this.#host, this.#into, copy);
  }

  async #record(state: RunState, complete = false): Promise<void> {
    const record: MirrorFile = {
      remote: this.#host.name,
      hostId: this.#hostId,
      state,
      outputBytes: await outputLength(this.#into),
      seen: Date.now() * 1000,
      complete,
    };
    await writeMirrorFile(this.#into, record);
    this.#context.onState?.(state);
  }

  /** Copies the record of a run that goes on, now and again, until the signal; a host that doesn't answer is the output's business. */
  async #keepRecord(first: RunState, signal: AbortSignal): Promise<void> {
    const { id } = this.#context;
    try {
      for (let state = first; ; state = await this.#host.run(id, { signal })) {
        await this.#copyMeta(state, signal);
        if (state !== first) await this.#record(state);
        await sleep(REFRESH_MS, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted && !(error instanceof UserError)) throw error;
    }
  }
}

function gap(id: RunId, host: string, { length, last }: { length: number; last: RunState }): UserError {
  return new UserError({
    code: 'mirror-gap',
    message: `the output of ${id} is ${last.outputBytes} bytes on ${host}, but ${length} came`,
    hint: 'Look at it there with: sortie cat --remote',
  });
}
