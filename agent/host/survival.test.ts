import { expect, test } from 'vitest';
import { killsUserProcesses, survivalOf, type SessionFacts } from './survival.ts';

const facts: SessionFacts = { systemd: true, linger: false, killsUserProcesses: false, underManager: false };

test.each<[string, Partial<SessionFacts>, string]>([
  ['without systemd nothing ends a session of its own', { systemd: false }, 'setsid'],
  ['where logind leaves processes alone, neither does it', {}, 'setsid'],
  ['where it kills them, runs are not sure to live', { killsUserProcesses: true }, 'unsure'],
  ['where that cannot be told, neither', { killsUserProcesses: null }, 'unsure'],
  [
    'a manager that lingers keeps them',
    { killsUserProcesses: true, linger: true, underManager: true },
    'systemd',
  ],
  [
    'one that lingers keeps nothing that it did not start',
    { killsUserProcesses: true, linger: true },
    'unsure',
  ],
])('%s', (_title, change, rung) => {
  expect(survivalOf({ ...facts, ...change }).rung).toBe(rung);
});

test('the last word of the configuration counts, and comments say nothing', () => {
  expect(killsUserProcesses(['#KillUserProcesses=yes\n'])).toBe(false);
  expect(killsUserProcesses(['[Login]\nKillUserProcesses=no\n', 'KillUserProcesses = yes\n'])).toBe(true);
  expect(killsUserProcesses(['KillUserProcesses=yes', 'KillUserProcesses=no'])).toBe(false);
});
