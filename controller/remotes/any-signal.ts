export interface AnySignal extends Disposable {
  readonly signal: AbortSignal;
}

/** Aborts with the first of the signals that does, until it is disposed of. AbortSignal.any came with Node 20.3, and a host's may be 20.0. */
export function anySignal(signals: readonly AbortSignal[]): AnySignal {
  const own = new AbortController();
  const done = new AbortController();
  for (const signal of signals) {
    const abort = () => own.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true, signal: done.signal });
  }
  return { signal: own.signal, [Symbol.dispose]: () => done.abort() };
}
