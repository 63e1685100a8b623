import type { Progress } from '#controller/remotes';

/** Between two lines about one transfer, and before the first: a short one is not worth a line. Ms. */
const EVERY_MS = 1000;

/** The log may be of a host, and what it names is shown: nothing but what a host can be called. */
const LINE =
  /^INFO: \[sortie\] Sending (agent|runtime|source) to ([\w@.:[\]-]{1,255}): (\d{1,15}) of (\d{1,15}) bytes$/;

/** Writes lines about what goes to hosts into a batch's log, for whoever watches it from elsewhere. `now`: ms. */
export function transferLog(
  log: (line: string) => void,
  now: () => number = Date.now,
): (progress: Progress) => void {
  const last = new Map<string, { readonly at: number; readonly isTold: boolean }>();
  return (progress) => {
    const { host, what, done, total } = progress;
    const key = `${host} ${what}`;
    const before = last.get(key);
    const isOver = done >= total;
    if (before === undefined && !isOver) last.set(key, { at: now(), isTold: false });
    if (before === undefined) return;
    if (isOver) last.delete(key);
    if (isOver ? !before.isTold : now() - before.at < EVERY_MS) return;
    if (!isOver) last.set(key, { at: now(), isTold: true });
    log(`INFO: [sortie] Sending ${what} to ${host}: ${done} of ${total} bytes`);
  };
}

/** What a line of a batch's log says of a transfer; null where it says something else. */
export function readTransfer(line: string): Progress | null {
  const [, what, host, done, total] = LINE.exec(line) ?? [];
  if (host === undefined) return null;
  return { host, what: what as Progress['what'], done: Number(done), total: Number(total) };
}
