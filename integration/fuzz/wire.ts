import { resolve } from 'node:path';
import * as v from 'valibot';
import {
  AgentEvent,
  assertSafeEntries,
  ErrorBody,
  FileListing,
  frameHead,
  HostInfo,
  Manifest,
  Revocation,
  RunListing,
  RunSpec,
  RunState,
  Typed,
  unframed,
} from '#protocol';
import { readAnswer } from '../../controller/remotes/client/bad-answer.ts';
import { parseReady } from '../../controller/remotes/ready-line.ts';
import { ensure, type Parser } from './fuzz.ts';

const id = 'a'.repeat(32);
const blob = 'b'.repeat(64);
const measures = { first: 1, last: 0.5, min: 0.5, max: null, total: 3, count: 2, step: 10 };
const state = {
  id,
  attempt: 1,
  status: 'running',
  exitStatus: null,
  reason: null,
  initialized: 1_700_000_000_000_000,
  started: 1_700_000_000_000_000,
  stopped: null,
  outputBytes: 12,
  gpus: ['GPU-1'],
  batch: id,
  queue: { place: 1, waitsFor: 'GPU 0', since: 5 },
  scalars: { loss: measures },
  progress: { fraction: 0.3, text: 'epoch 3/10' },
};
const gpu = {
  uuid: 'GPU-1',
  index: 0,
  name: 'H100',
  utilisation: 3,
  memoryUsed: 1,
  memoryTotal: 81_920,
  temperature: null,
  power: 70.5,
  processes: [{ pid: 7, user: 'ann', name: 'python', memory: 12 }],
  heldBy: id,
};
const info = {
  hostId: 'h',
  hostname: 'box',
  user: 'ann',
  home: '/home/ann',
  agent: { version: '1', pid: 3, node: '/usr/bin/node', started: 4 },
  platform: { os: 'linux', arch: 'x64', cpus: 2, bootId: 'b' },
  slots: 1,
  gpus: [gpu],
  now: 9,
  disk: { freeBytes: 1, totalBytes: 2 },
  survival: { rung: 'setsid', detail: '' },
  taken: [],
  homeId: 'x',
};
const spec = {
  version: 1,
  id,
  attempt: 1,
  opref: 'guildfile:x x train',
  attrs: { label: 'a' },
  command: ['${python_exe}', 'train.py'],
  python: { requires: '>=3.9' },
  environment: { base: 'host', variables: { A: '1' }, secrets: [] },
  inputs: [],
  outputScalars: [{ key: null, pattern: 'x: (\\value)' }],
  gpus: { kind: 'none' },
  stopAfterMinutes: null,
  batch: null,
  priority: 0,
  deleteOnSuccess: false,
};
const manifest = {
  version: 1,
  entries: [
    { kind: 'directory', path: 'data' },
    { kind: 'file', path: 'src/a.py', size: 3, executable: false, blob },
    { kind: 'link', path: 'data/x', target: '../src/a.py' },
  ],
};
const listing = {
  path: 'a/b',
  kind: 'file',
  size: 1,
  executable: true,
  mtime: 1_600_000_000_123.5,
  target: 'c',
};

function schema(name: string, of: v.GenericSchema, ...samples: readonly unknown[]): Parser {
  return {
    name: `wire: ${name}`,
    samples: samples.map((sample) => JSON.stringify(sample)),
    cases: {
      'a million openings': '['.repeat(1_000_000),
      'a mapping that names its prototype':
        '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    },
    read: (input) => {
      const value = readAnswer(of, input.toString('utf8'), { host: 'gpu-box', what: 'GET /x' });
      ensure(v.is(of, value), `what is ${name} once to be it again`);
    },
  };
}

/** The bytes in pieces of changing lengths, as a network gives them. */
async function* pieces(input: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0, size = 1; at < input.length; at += size, size = (size * 7) % 61)
    yield input.subarray(at, at + size);
}

export const WIRE: readonly Parser[] = [
  schema(
    'an event',
    AgentEvent,
    { type: 'hello', seq: 1, epoch: 'e', snapshot: true },
    { type: 'run', seq: 2, run: state },
    { type: 'removed', seq: 3, id },
    { type: 'gpus', seq: 4, gpus: [gpu] },
    { type: 'beat', seq: 5 },
  ),
  schema("a run's state", RunState, state),
  schema('a listing of runs', v.array(RunListing), [{ state, attrs: { opref: 'x' } }]),
  schema('a host', HostInfo, info),
  schema('a listing of files', v.array(FileListing), [listing]),
  schema(
    'a refusal, a revocation, keys typed',
    v.union([ErrorBody, Revocation, Typed]),
    'revoked',
    { code: 'a', message: 'b', hint: 'c' },
    { session: 's', from: 0, base64: 'YQ==' },
  ),
  schema("a run's spec", v.union([RunSpec, v.looseObject({ gpus: v.object({ kind: v.string() }) })]), spec),
  {
    name: 'wire: a manifest, whose paths stay inside',
    samples: [JSON.stringify(manifest)],
    read: (input) => {
      const { entries } = readAnswer(Manifest, input.toString('utf8'), { host: 'gpu-box', what: 'GET /x' });
      assertSafeEntries(entries);
      for (const { path } of entries)
        ensure(resolve('/tree', path).startsWith('/tree/'), `a path inside, got ${path}`);
    },
  },
  {
    name: 'wire: frames of output',
    samples: [
      Buffer.concat([frameHead('stdout', 3), Buffer.from('abc'), frameHead('stderr', 2), Buffer.from('de')]),
    ],
    cases: {
      'frames of nothing': Buffer.alloc(50_000),
      'a frame of 4 GiB': Buffer.concat([frameHead('stdout', 2 ** 32 - 1), Buffer.from('abc')]),
    },
    read: async (input) => {
      let length = 0;
      for await (const { stream, bytes } of unframed(pieces(input))) {
        ensure(stream === 'stdout' || stream === 'stderr', 'a stream');
        length += bytes.length;
      }
      ensure(length <= input.length, 'no more bytes than came');
    },
  },
  {
    name: 'wire: the line of an agent that is ready',
    samples: [
      'SORTIE-AGENT-1 {"socket":"/tmp/s","pid":1,"version":"v","hostId":"h","node":"/n","program":"/p"}',
    ],
    cases: {
      'no JSON': 'SORTIE-AGENT-1 Segmentation fault',
      'JSON of another shape': 'SORTIE-AGENT-1 {"pid":"1"}',
      'an error': 'SORTIE-AGENT-1 {"error":{"code":"no-space","message":"full"}}',
    },
    read: (input) => {
      const ready = parseReady(input.toString('utf8'), 'gpu-box');
      ensure(typeof ready.socket === 'string' && typeof ready.pid === 'number', 'an agent');
    },
  },
];
