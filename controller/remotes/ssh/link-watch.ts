/** How often the peer is made to say something while nothing else is going on. */
export const PING_EVERY_MS = 4_000;
/** How long it may say nothing: three pings unanswered, and noticed within the 15 s that the design promises. */
const SILENCE_MS = 13_000;
/** A gap between two ticks that only sleep (or a stopped process) explains. */
const SLEPT_MS = 10_000;
/** How long a peer has to answer the first ping after this machine slept: the old connection is most likely gone. */
const AWAKE_ANSWER_MS = 3_000;

export interface Watch {
  /** When the peer was last heard, and when this was last looked at. Milliseconds, by the wall clock: others stand still in sleep. */
  readonly heard: number;
  readonly looked: number;
  /** When silence becomes death. */
  readonly deadline: number;
}

export type WatchVerdict =
  | { readonly kind: 'fine'; readonly watch: Watch }
  /** This machine slept: ask the peer now. */
  | { readonly kind: 'woke'; readonly watch: Watch }
  | { readonly kind: 'dead'; readonly silentMs: number };

export function startWatch(now: number): Watch {
  return { heard: now, looked: now, deadline: now + SILENCE_MS };
}

/** Looks at a link: `heard` is when its last bytes came. */
export function look(watch: Watch, heard: number, now: number): WatchVerdict {
  if (now - watch.looked > SLEPT_MS) {
    const next = { heard, looked: now, deadline: now + AWAKE_ANSWER_MS };
    return { kind: 'woke', watch: next };
  }
  if (heard > watch.heard)
    return { kind: 'fine', watch: { heard, looked: now, deadline: heard + SILENCE_MS } };
  if (now >= watch.deadline) return { kind: 'dead', silentMs: now - watch.heard };
  return { kind: 'fine', watch: { ...watch, looked: now } };
}
