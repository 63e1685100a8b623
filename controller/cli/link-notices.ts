import type { Host, LinkState } from '#controller/remotes';
import { printable } from '#controller/runs';

/** A first contact that was cut is mostly made again before anybody could read of it, or is told of as an error. ms */
const FIRST_CONTACT_MS = 1_000;

export interface LinkNotices {
  readonly stderr: { write(text: string): unknown };
  /** What is so while the host is away, such as `the run goes on`. */
  readonly meanwhile?: string;
}

/**
 * Says when a host is lost while a command waits for it, when it is away for another reason than was said, and when it is back. Each
 * is said once, however many attempts it takes.
 */
export function tellOfLink(host: Host, { stderr, meanwhile }: LinkNotices): Disposable {
  const after = meanwhile === undefined ? 'trying again' : `${meanwhile}, trying again`;
  const first: { timer?: NodeJS.Timeout } = {};
  let wasLive = false;
  let told: string | null = null;
  const tell = (reason: string) => {
    if (told === reason) return;
    const what = told === null && wasLive ? 'connection lost' : 'not reached yet';
    stderr.write(`${told === null ? '\n' : ''}${host.name}: ${what} (${printable(reason)}); ${after}\n`);
    told = reason;
  };
  const stop = host.onLink((link: LinkState) => {
    clearTimeout(first.timer);
    if (link.kind === 'live') {
      if (told !== null) stderr.write(`${host.name}: connected again\n`);
      told = null;
      wasLive = true;
    } else if (link.kind === 'lost') {
      if (wasLive) tell(link.reason);
      else first.timer = setTimeout(() => tell(link.reason), FIRST_CONTACT_MS).unref();
    }
  });
  return {
    [Symbol.dispose]: () => {
      clearTimeout(first.timer);
      stop();
    },
  };
}
