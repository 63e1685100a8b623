import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import { StreamReader } from '#files';
import {
  frameHead,
  isFinal,
  RunId,
  RunSpec,
  shortId,
  StopSignal,
  UserError,
  type RunListing,
} from '#protocol';
import { readIfThere, runFiles } from '../home/index.ts';
import type { RunLifecycle, RunRegistry } from '../runs/index.ts';
import { follow } from '../tail/index.ts';
import { statSync } from 'node:fs';
import { badRequest, check, count, flag, jsonBody, type Request } from './request.ts';
import { json } from './respond.ts';
import type { Routes } from './router.ts';
import { sendRange, type Range } from './send-range.ts';

/** Guild's wait between TERM and KILL, in ms: what a stop gets that doesn't say. */
const DEFAULT_GRACE_MS = 30_000;

/** The agent answers others at least this often while it reads the attributes of a long listing, in ms. */
const SLICE_MS = 10;

const StopBody = v.strictObject({
  graceMs: v.optional(v.pipe(v.number(), v.minValue(0)), DEFAULT_GRACE_MS),
  signal: v.optional(StopSignal, 'TERM'),
});
const RevokeBody = v.strictObject({ lease: v.pipe(v.number(), v.integer(), v.minValue(0)) });
const AttrName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'Expected an attribute name'));
const AttrsBody = v.record(AttrName, v.nullable(v.string()));

function idOf({ params }: Request): RunId {
  return check(params[0], RunId);
}

export function runRoutes(runs: {
  readonly registry: RunRegistry;
  readonly lifecycle: RunLifecycle;
}): Routes {
  const { registry, lifecycle } = runs;

  async function listing(names: readonly string[]): Promise<RunListing[]> {
    const states = registry
      .states()
      .sort((a, b) => (b.started ?? b.initialized ?? 0) - (a.started ?? a.initialized ?? 0));
    const listed: RunListing[] = [];
    let slice = performance.now();
    for (const state of states) {
      listed.push({ state, attrs: attrsOf(registry.dirOf(state.id), names) });
      if (performance.now() - slice < SLICE_MS) continue;
      await setImmediate();
      slice = performance.now();
    }
    return listed;
  }

  return {
    'GET /runs': async ({ stream, query }) => {
      const names = (query.get('attrs') ?? '').split(',').filter((name) => name !== '');
      json(stream, await listing(names.map((name) => check(name, AttrName))));
    },
    'PUT /runs/:id': async (request) => {
      const spec = await jsonBody(request, RunSpec);
      if (spec.id !== idOf(request))
        throw badRequest(`Expected the specification of ${idOf(request)}, got ${spec.id}`);
      json(request.stream, await lifecycle.put(spec, flag(request.query, 'stage')));
    },
    'GET /runs/:id': async (request) => json(request.stream, registry.state(idOf(request))),
    'POST /runs/:id/start': async (request) => json(request.stream, await lifecycle.start(idOf(request))),
    'POST /runs/:id/stop': async (request) => {
      json(request.stream, await lifecycle.stop(idOf(request), await stopOf(request)));
    },
    'POST /runs/:id/revoke': async (request) => {
      const { lease } = await jsonBody(request, RevokeBody);
      json(request.stream, await lifecycle.revoke(idOf(request), lease));
    },
    'POST /batches/:id/stop': async (request) => {
      json(request.stream, await lifecycle.stopBatch(idOf(request), await stopOf(request)));
    },
    'PATCH /runs/:id/attrs': async (request) => {
      const attrs = await jsonBody(request, AttrsBody);
      json(request.stream, await lifecycle.patchAttrs(idOf(request), attrs));
    },
    'DELETE /runs/:id': async (request) => {
      await lifecycle.remove(idOf(request), flag(request.query, 'purge'));
      json(request.stream, {});
    },
    'POST /runs/:id/restore': async (request) => json(request.stream, await lifecycle.restore(idOf(request))),
    'GET /runs/:id/output': async (request) => sendOutput(request, registry),
  };
}

async function stopOf(request: Request) {
  const { graceMs, signal: first } = await jsonBody(request, StopBody);
  return { graceMs, first, signal: request.signal };
}

function attrsOf(dir: string, names: readonly string[]): Record<string, string> {
  const files = runFiles(dir);
  const besides: Readonly<Record<string, string>> = { opref: files.opref, proto_opref: files.protoOpref };
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = readIfThere(besides[name] ?? join(files.attrs, name));
      return text === null ? [] : [[name, text]];
    }),
  );
}

/**
 * Sends output from an offset on, and with `follow` until the run has ended. The end says by its trailers what it was, so that
 * a cut is never taken for the end of a run.
 */
async function sendOutput(request: Request, registry: RunRegistry): Promise<void> {
  const { query, signal } = request;
  const id = idOf(request);
  const from = count(query, 'from', 0);
  const following = flag(query, 'follow');
  const { output: path, changes } = runFiles(registry.readableDir(id));
  const streams = flag(query, 'streams') ? new StreamReader(changes) : null;
  const ended = () => {
    if (!isFinal(registry.state(id).status)) return false;
    if (registry.watches.isStuck(id)) throw stuck(id);
    return !registry.isUnjoined(id);
  };
  const isOver = isFinal(registry.state(id).status);
  const final = ended();
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (from > size)
    throw badRequest(`Expected an offset of at most ${size}, the output's length, got ${from}`);
  // What a run that is over has written comes to its end in a moment.
  const follower = (following || isOver) && !final ? registry.watches.follow(id) : null;
  const growth = follower?.growth ?? null;
  try {
    const chunks = follow({ path, from, ended, growth, signal });
    const end = () => (final || follower !== null ? 'final' : 'now');
    const frame = streams === null ? {} : { frame: framing(streams) };
    await sendRange(request, { from, chunks, size, end, goesOn: following, ...frame });
  } finally {
    streams?.close();
    follower?.release();
  }
}

/** Each piece with its stream's name before it. */
function framing(streams: StreamReader): NonNullable<Range['frame']> {
  return function* (bytes, at) {
    for (const piece of streams.cut(bytes, at)) {
      yield frameHead(piece.stream, piece.bytes.length);
      yield piece.bytes;
    }
  };
}

function stuck(id: string): UserError {
  return new UserError({
    code: 'no-space',
    message: `the run ${shortId(id)} has ended, and the disk is too full for the rest of its output`,
    hint: 'Free some space: the rest is kept beside the run, and joined then.',
  });
}
