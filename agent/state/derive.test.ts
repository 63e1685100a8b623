import { describe, expect, test } from 'vitest';
import type { RecordedSpec } from '../staging/index.ts';
import { CLAIM_GRACE_MS, deriveOutcome } from './derive.ts';
import type { RunFacts } from './facts.ts';
import { parseExit } from './receipts.ts';

const nothing: RunFacts = {
  id: 'a'.repeat(32),
  recorded: {} as RecordedSpec,
  marker: null,
  markedAt: null,
  intent: null,
  claimAge: null,
  supervisor: null,
  supervisorAlive: false,
  receiptOverdue: false,
  operation: null,
  operationAlive: false,
  exit: null,
  isUnjoined: false,
  stop: null,
  problem: null,
  settled: false,
  bootId: 'now',
  memoryKills: null,
  initialized: null,
  started: null,
  stopped: null,
  exitStatus: null,
  lockAlive: false,
  outputBytes: 0,
};
const intent = { devices: [], memory: { file: 'f', count: 5 }, at: 1 };
const supervisor = { pid: 1, start: '1', bootId: 'now' };
const exit = (status: number, memoryKills: number | null = null) => ({ status, at: 2, memoryKills });
const stop = { why: 'stop', signal: 'TERM' } as const;
const old = CLAIM_GRACE_MS + 1;

describe('a run of ours', () => {
  test.each<[string, Partial<RunFacts>, string, number | null, string | null]>([
    ['waits while it has its mark', { marker: 'pending' }, 'pending', null, null],
    ['is staged while somebody has to start it', { marker: 'staged' }, 'staged', null, null],
    ['still waits when a crash came between its intent and its start', { intent }, 'pending', null, null],
    ['runs from its claim on', { intent, claimAge: 3, marker: 'pending' }, 'running', null, null],
    [
      'runs while its process does, though nobody supervises it',
      { claimAge: old, supervisor, operationAlive: true },
      'running',
      null,
      null,
    ],
    [
      'runs while its supervisor has a receipt to write',
      { claimAge: old, supervisor, supervisorAlive: true },
      'running',
      null,
      null,
    ],
    [
      'has ended where its supervisor cannot say so, for a full disk',
      { claimAge: old, supervisor, supervisorAlive: true, receiptOverdue: true },
      'error',
      null,
      'ended, receipt not written: disk full',
    ],
    [
      'has ended by its receipt, whatever else is there',
      { claimAge: old, exit: exit(0), operationAlive: true, marker: 'pending' },
      'completed',
      0,
      null,
    ],
    ['has failed by its status', { claimAge: old, exit: exit(3) }, 'error', 3, null],
    [
      'was killed by a signal that nobody here sent',
      { claimAge: old, exit: exit(-15) },
      'error',
      -15,
      'killed by SIGTERM',
    ],
    ['crashed', { claimAge: old, exit: exit(-11) }, 'error', -11, 'crashed: SIGSEGV'],
    ['aborted itself', { claimAge: old, exit: exit(-6) }, 'error', -6, 'crashed: SIGABRT'],
    ['was stopped by somebody', { claimAge: old, exit: exit(-9, 6), intent, stop }, 'terminated', -9, null],
    ['answered a stop in its own way', { claimAge: old, exit: exit(1), stop }, 'terminated', 1, null],
    ['was told to stop as it came to its end', { claimAge: old, exit: exit(0), stop }, 'completed', 0, null],
    [
      'was stopped by its time limit',
      { claimAge: old, exit: exit(-15), stop: { ...stop, why: 'stop-after' } },
      'terminated',
      -15,
      'stopped after its time limit',
    ],
    [
      'was killed for want of memory',
      { claimAge: old, intent, exit: exit(-9, 6) },
      'error',
      -9,
      'killed by SIGKILL (out of memory)',
    ],
    [
      'was killed by somebody, when the kernel killed nothing',
      { claimAge: old, intent, exit: exit(-9, 5) },
      'error',
      -9,
      'killed by SIGKILL',
    ],
    ['is lost without receipt and process', { claimAge: old, supervisor }, 'lost', null, 'supervisor killed'],
    [
      'is lost to a reboot',
      { claimAge: old, supervisor: { ...supervisor, bootId: 'before' } },
      'lost',
      null,
      'host rebooted',
    ],
    [
      'is lost to want of memory where the kernel tells',
      { claimAge: old, intent, supervisor, memoryKills: 6 },
      'lost',
      null,
      'out of memory',
    ],
    ['is lost when nobody came after the claim', { claimAge: old }, 'lost', null, 'supervisor killed'],
    ['was stopped while it waited', { claimAge: old, stop }, 'terminated', -15, 'stopped before it started'],
    [
      'was interrupted while it waited',
      { claimAge: old, stop: { ...stop, signal: 'INT' } },
      'terminated',
      -2,
      'stopped before it started',
    ],
    [
      'could not be started',
      { problem: { kind: 'error', message: 'no python', at: 1 }, marker: 'pending' },
      'error',
      null,
      'no python',
    ],
  ])('%s', (_title, facts, ...outcome) => {
    const [status, exitStatus, reason] = outcome;
    expect(deriveOutcome({ ...nothing, ...facts })).toEqual({ status, exitStatus, reason });
  });
});

describe("a run of Guild's", () => {
  test.each<[string, Partial<RunFacts>, string]>([
    ['waits by its mark', { marker: 'pending' }, 'pending'],
    ['has ended by its exit status', { exitStatus: 1 }, 'error'],
    ['runs while its lock names a process', { lockAlive: true }, 'running'],
    ['is an error without both', {}, 'error'],
  ])('%s', (_title, facts, status) => {
    expect(deriveOutcome({ ...nothing, recorded: null, ...facts }).status).toBe(status);
  });
});

test('a receipt that is not whole is none', () => {
  expect(parseExit('-9\t1700000000000000\t12\n')).toEqual({
    status: -9,
    at: 1700000000000000,
    memoryKills: 12,
  });
  expect(parseExit('0\t1700000000000000\t\n')?.memoryKills).toBeNull();
  for (const cut of ['', '0', '0\t17', '0\t17\t']) expect(parseExit(cut)).toBeNull();
});
