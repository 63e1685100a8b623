import { expect, test } from 'vitest';
import { managerCommand, needsManager } from './start-server.ts';

test('the manager is asked where it keeps runs that a logout would end, and only there', () => {
  const facts = { systemd: true, linger: true, killsUserProcesses: true, underManager: false };
  expect(needsManager(facts)).toBe(true);
  for (const change of [
    { systemd: false },
    { linger: false },
    { killsUserProcesses: false },
    { underManager: true },
  ])
    expect(needsManager({ ...facts, ...change })).toBe(false);
});

test("ending the unit ends the server alone, and the server's environment is the caller's", () => {
  const start = { home: '/h', key: 'k', logPath: '/h/log', log: 1, signal: new AbortController().signal };
  const command = managerCommand(start, ['node', 'agent.cjs', 'serve'], { A: 'b c', 'BASH_FUNC_x%%': '()' });
  expect(command).toContain('--property=KillMode=process');
  expect(command).toContain('--setenv=A=b c');
  expect(command.join(' ')).not.toContain('BASH_FUNC');
  expect(command.slice(-3)).toEqual(['node', 'agent.cjs', 'serve']);
});
