/** A stream that swallows what is written while it is told to: lets Ink forget a frame that is gone already. */
export function muteable(stream: NodeJS.WriteStream): {
  readonly stream: NodeJS.WriteStream;
  readonly muted: (work: () => void) => void;
} {
  let isMuted = false;
  const write = (...args: Parameters<NodeJS.WriteStream['write']>): boolean =>
    isMuted || stream.write(...args);
  const proxy = new Proxy(stream, {
    get(target, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
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
  };
}
