import { EventEmitter, once } from 'node:events';
import type { ServerHttp2Session } from 'node:http2';
import { expect, test } from 'vitest';
import { endWhenSilent } from './life.ts';

/** A session whose other end answers so many pings. */
class Session extends EventEmitter {
  left: number;
  constructor(answers: number) {
    super();
    this.left = answers;
  }
  ping(onAnswer: () => void): boolean {
    this.left -= 1;
    if (this.left >= 0) setImmediate(onAnswer);
    else this.emit('unanswered');
    return true;
  }
  destroy(): void {
    this.emit('destroyed');
  }
}

test('a session is kept for as long as its other end answers, and ended when it does no more', async () => {
  const session = new Session(2);
  const stop = endWhenSilent(session as unknown as ServerHttp2Session, 5);
  const destroyed = once(session, 'destroyed');
  await once(session, 'unanswered');
  expect(session.left).toBe(-1);
  await destroyed;
  stop();
});
