/** What the types of Node 20.0 lack and Node 20.0 has: names, each with an expression that is something there. */
export const UNTYPED: Readonly<Record<string, string>> = {
  throwIfAborted: 'AbortSignal.prototype.throwIfAborted',
  canParse: 'URL.canParse',
  iterator: "require('stream').Readable.prototype.iterator",
  fetch: 'fetch',
};
