import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { UserError } from '#protocol';
import { UnansweredHosts } from './unanswered-hosts.ts';

function hosts(): UnansweredHosts {
  const home = mkdtempSync(join(tmpdir(), 'sortie-unanswered-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return new UnansweredHosts(home);
}

test('a host that did not answer is left alone until it was reached', () => {
  const unanswered = hosts();
  unanswered.clear('box');
  unanswered.add('box', new Error('connect timeout'));
  unanswered.add('other', new UserError({ code: 'auth-failed', message: '' }));
  expect(unanswered.has('box')).toBe(true);
  unanswered.clear('box');
  expect([unanswered.has('box'), unanswered.has('other')]).toEqual([false, true]);
});

test.each(['not-met', 'project-not-trusted'])('a host that was not asked is not left alone (%s)', (code) => {
  const unanswered = hosts();
  unanswered.add('box', new UserError({ code, message: '' }));
  expect(unanswered.has('box')).toBe(false);
});
