/** Between two looks at whether anybody still needs the agent, in ms. */
const LOOK_MS = 1000;

export interface IdleWatch {
  /** Ms without anything to do after which the agent leaves. */
  readonly after: number;
  /** True while there is somebody to serve or something to look after. */
  readonly busy: () => boolean;
  readonly leave: () => void;
}

/** Leaves when there was nothing to do for a while; returns how to end the watch. */
export function watchIdleness({ after, busy, leave }: IdleWatch): () => void {
  let since = performance.now();
  const timer = setInterval(
    () => {
      const now = performance.now();
      if (busy()) since = now;
      else if (now - since >= after) leave();
    },
    Math.min(LOOK_MS, Math.max(10, after / 2)),
  );
  return () => clearInterval(timer);
}
