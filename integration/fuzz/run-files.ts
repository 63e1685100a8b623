import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { CHANGE_BYTES, decodeChange, parseManifest } from '#protocol';
import { scalarRecord, textRecord, versionRecord } from '../../agent/output/event-file/index.ts';
import { Intent, Problem, readReceipt, Stop } from '../../agent/state/receipts.ts';
import { readMirrorFile, MirrorFile } from '../../controller/runs/mirror/mirror-file.ts';
import { decodeAttribute } from '../../controller/runs/read/attributes.ts';
import { parseEvents, readLoggedAttributes, readScalars } from '../../controller/runs/read/event-file.ts';
import { ensure, type Parser } from './fuzz.ts';
import { ensureValue } from './values.ts';

const events = Buffer.concat([
  versionRecord(1),
  scalarRecord({ tag: 'loss', value: 0.5, step: 3, wallTime: 2 }),
  scalarRecord({ tag: '__proto__', value: 0.5, step: 4, wallTime: 2 }),
  scalarRecord({ tag: 'constructor', value: Number.NaN, step: 2 ** 40, wallTime: 2 }),
]);
const state = {
  id: 'a'.repeat(32),
  attempt: 1,
  status: 'completed',
  exitStatus: 0,
  reason: null,
  initialized: 1,
  started: 2,
  stopped: 3,
  outputBytes: 4,
  gpus: [],
  batch: null,
  queue: null,
  scalars: {},
  progress: null,
};
/** A file costs two system calls and more. */
const OF_FILES = 300;

/** Has a reader read a file of a directory. */
function inFile(path: string, read: (dir: string) => void): Parser['read'] {
  return (input) => {
    const dir = mkdtempSync(join(tmpdir(), 'sortie-fuzz-'));
    try {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), input);
      read(dir);
    } finally {
      rmSync(dir, { recursive: true });
    }
  };
}

export const RUN_FILES: readonly Parser[] = [
  {
    name: 'attributes',
    inputs: 2_000,
    samples: [
      'lr: 0.1\nname: adam\nlayers: [1, 2]\n',
      '12\n',
      "'a: b'\n",
      'a: &x {b: 1}\nc: *x\n',
      '2026-01-31\n',
    ],
    cases: {
      'ten thousand openings': '['.repeat(10_000),
      'a key named after the prototype': '__proto__: {polluted: 1}\n',
      'flags named after the prototype': 'constructor: 1\na__proto__: 2',
    },
    read: (input) => ensureValue(decodeAttribute(input.toString('utf8'))),
  },
  {
    name: 'event files',
    samples: [events],
    cases: {
      'a record past any': Buffer.alloc(64, 0xff),
      'varints without an end': Buffer.concat([
        Buffer.from([52, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        Buffer.alloc(56, 0x80),
      ]),
    },
    read: (input) => {
      for (const { tag, value, step } of parseEvents(input))
        ensure(typeof tag === 'string' && typeof value === 'number' && step >= 0, 'a scalar');
    },
  },
  {
    name: 'event files, by tag',
    inputs: OF_FILES,
    samples: [events],
    read: inFile('a.tfevents.1', (dir) => {
      const scalars = readScalars(dir);
      ensure(Object.getPrototypeOf(scalars) === Object.prototype, 'a plain object');
      for (const { count, step } of Object.values(scalars)) ensure(count > 0 && step >= 0, 'a summary');
    }),
  },
  {
    name: 'event files of attributes',
    inputs: OF_FILES,
    samples: [Buffer.concat([versionRecord(1), textRecord({ tag: '__proto__', text: 'x', wallTime: 1 })])],
    read: inFile('a.tfevents.1.attrs', (dir) => {
      for (const text of Object.values(readLoggedAttributes(dir))) ensure(typeof text === 'string', 'text');
    }),
  },
  {
    name: "a run's manifest",
    samples: ["s .guild/sourcecode/a.py 12ab a.py\nd data - 'file:my data'\ns 'it'\"'\"'s' - x\n"],
    cases: {
      'quotes without an end': `s ${"'".repeat(50_001)}`,
      backslashes: `s ${'\\'.repeat(50_001)}`,
      'half a quote, often': `s ${'"\\'.repeat(30_000)}`,
    },
    read: (input) => {
      for (const { kind, path } of parseManifest(input.toString('utf8')))
        ensure((kind === 's' || kind === 'd') && typeof path === 'string', 'a line');
    },
  },
  {
    name: 'output.index',
    samples: [Buffer.from('00000000000000040000000000000009', 'hex')],
    read: (input) => {
      for (let at = 0; at + CHANGE_BYTES <= input.length; at += CHANGE_BYTES) {
        const { at: offset, stream, anew } = decodeChange(input, at);
        ensure(
          offset >= 0 && (stream === 'stdout' || stream === 'stderr') && typeof anew === 'boolean',
          'a change',
        );
      }
    },
  },
  {
    name: 'mirror.json',
    samples: [JSON.stringify({ remote: 'box', hostId: 'h', state, outputBytes: 4, seen: 5, complete: true })],
    inputs: OF_FILES,
    read: inFile('.guild/sortie/mirror.json', (dir) => {
      const mirror = readMirrorFile(dir);
      ensure(mirror === null || v.is(MirrorFile, mirror), 'a record');
    }),
  },
  {
    name: 'receipts',
    inputs: OF_FILES,
    samples: [
      JSON.stringify({ devices: ['GPU-1'], memory: { file: '/sys/x', count: 1 }, outputFrom: 3, at: 5 }),
      JSON.stringify({ kind: 'lost', message: 'x', at: 5 }),
      JSON.stringify({ why: 'stop', signal: 'INT' }),
    ],
    read: inFile('receipt', (dir) => {
      for (const schema of [Intent, Problem, Stop]) {
        const receipt = readReceipt(join(dir, 'receipt'), schema);
        ensure(receipt === null || v.is(schema, receipt), 'a receipt');
      }
    }),
  },
];
