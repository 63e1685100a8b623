import type { FeedEvent } from './view-feed.ts';

/**
 * An event as one line of JSON, its `type` and `at` (ms since the epoch) first. Output has `text` where its bytes are whole UTF-8, else
 * `base64`, so that nothing is lost.
 */
export function toNdjson(event: FeedEvent): string {
  if (event.type !== 'output') {
    const { type, at, ...rest } = event;
    return `${JSON.stringify({ type, at, ...rest })}\n`;
  }
  const { type, at, id, offset, stream, bytes } = event;
  return `${JSON.stringify({ type, at, id, offset, stream, ...body(bytes) })}\n`;
}

function body(bytes: Uint8Array): { text: string } | { base64: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}
