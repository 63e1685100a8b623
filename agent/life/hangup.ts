import { fstatSync } from 'node:fs';
import { UserError } from '#protocol';

/** What `ensure` takes at the most, in ms: a cold start twice over. */
const DEADLINE_MS = 60_000;

/**
 * Aborts when whoever asked for an agent has gone, or has waited too long: nothing that a controller repeats may pile up on a host. Standard
 * input is looked at where it is the other end of somebody: it ends with an ssh connection, and with the process that started this one.
 */
export function untilHangup(): AbortSignal {
  const leaving = new AbortController();
  const late = new UserError({
    code: 'agent-not-started',
    message: `the agent could not be started on this host within ${DEADLINE_MS / 1000} s`,
    hint: "Read its log in the home, under logs, and check the host with 'sortie doctor HOST'.",
  });
  setTimeout(() => leaving.abort(late), DEADLINE_MS).unref();
  const stat = fstatSync(0);
  if (stat.isFIFO() || stat.isSocket()) {
    const gone = () =>
      leaving.abort(new UserError({ code: 'nobody-waits', message: 'the client disconnected' }));
    process.stdin.once('end', gone).once('error', gone).resume();
  }
  return leaving.signal;
}
