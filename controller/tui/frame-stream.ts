/** Rows that are longer than the terminal is wide by now are cut there, not wrapped (DECAWM, xterm's ctlseqs). */
const CLIPPED = ['\x1b[?7l', '\x1b[?7h'] as const;

export interface FrameStream {
  /** For Ink, in place of the real one. */
  readonly stream: NodeJS.WriteStream;
  /** Swallows what is written meanwhile: lets Ink forget a frame that is gone already. */
  muted(work: () => void): void;
  /** Tells Ink of a new size. */
  resized(): void;
}

/**
 * What stands between Ink and a terminal on which it draws below other things. A frame that was made for a wider terminal and arrives when
 * that has become narrower takes no more rows than it has, and of a new size Ink hears when it is told, not at each step of a window's
 * edge: so the frame that was there before is the one that what erases it has in mind.
 */
export function frameStream(stream: NodeJS.WriteStream): FrameStream {
  let isMuted = false;
  const onResize = new Set<() => void>();
  const write = (...[piece, ...rest]: Parameters<NodeJS.WriteStream['write']>): boolean =>
    isMuted || stream.write(typeof piece === 'string' ? CLIPPED.join(piece) : piece, ...rest);
  const proxy: NodeJS.WriteStream = new Proxy(stream, {
    get(target, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'on' && name !== 'off') return value.bind(target) as unknown;
      return (event: string, listener: () => void) => {
        if (event !== 'resize') value.call(target, event, listener);
        else if (name === 'on') onResize.add(listener);
        else onResize.delete(listener);
        return proxy;
      };
    },
  });
  return {
    stream: proxy,
    muted: (work) => {
      isMuted = true;
      try {
        work();
      } finally {
        isMuted = false;
      }
    },
    resized: () => {
      for (const listener of onResize) listener();
    },
  };
}
