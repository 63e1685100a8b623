import { expect, test, vi } from 'vitest';
import type { Host, LinkState } from '#controller/remotes';
import { tellOfLink } from './link-notices.ts';

/** A host of which only the link is looked at. */
function listening(meanwhile?: string) {
  let listener: (link: LinkState) => void = () => undefined;
  const host = {
    name: 'box',
    onLink: (each: typeof listener) => {
      listener = each;
      return () => (listener = () => undefined);
    },
  } as unknown as Host;
  let text = '';
  const stderr = { write: (more: string) => (text += more) };
  const notices = tellOfLink(host, { stderr, ...(meanwhile === undefined ? {} : { meanwhile }) });
  const lost = (reason: string) => listener({ kind: 'lost', since: 0, retryAt: 0, reason });
  return { notices, lost, live: () => listener({ kind: 'live', heard: 0 }), text: () => text };
}

test('an outage is told of once for each reason, and so is its end', () => {
  const { lost, live, text } = listening('the run keeps running');
  live();
  lost('reset');
  lost('refused');
  lost('refused');
  live();
  live();
  expect(text()).toBe(
    '\nbox: connection lost (reset); the run keeps running, trying again\n' +
      'box: not reached yet (refused); the run keeps running, trying again\n' +
      'box: connected again\n',
  );
});

test('a first contact that fails is told of only when nothing came of it for a second', () => {
  vi.useFakeTimers();
  try {
    const { notices, lost, live, text } = listening();
    lost('cut');
    live();
    vi.advanceTimersByTime(2000);
    expect(text()).toBe('');
    notices[Symbol.dispose]();
    const other = listening();
    other.lost('cut');
    vi.advanceTimersByTime(2000);
    expect(other.text()).toBe('\nbox: not reached yet (cut); trying again\n');
  } finally {
    vi.useRealTimers();
  }
});

test('nothing is said after the command has done with the host', () => {
  const { notices, lost, live, text } = listening();
  live();
  notices[Symbol.dispose]();
  lost('reset');
  expect(text()).toBe('');
});
