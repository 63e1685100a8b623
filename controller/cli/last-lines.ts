/** How much is read first, from the end. Bytes. */
const FIRST_SPAN = 1 << 16;
const LINE_END = 10;

/**
 * The offset at which the last `count` lines of `size` bytes begin; a line that has no end yet counts too. `read` gives the bytes from an
 * offset on, and is asked for more only while too few lines were found.
 */
export async function lastLinesFrom(
  { size, count }: { readonly size: number; readonly count: number },
  read: (from: number) => AsyncIterable<Uint8Array>,
): Promise<number> {
  for (let span = FIRST_SPAN; ; span *= 8) {
    const from = Math.max(0, size - span);
    const starts = await lineStarts({ from, size, most: count }, read(from));
    if (starts.length === count) return starts[0] ?? size;
    if (from === 0) return 0;
  }
}

/** Where the last lines begin, `most` at most; that of the line that was cut at `from` isn't known. */
async function lineStarts(
  { from, size, most }: { readonly from: number; readonly size: number; readonly most: number },
  bytes: AsyncIterable<Uint8Array>,
): Promise<number[]> {
  let starts: number[] = from === 0 && size > 0 ? [0] : [];
  let at = from;
  for await (const chunk of bytes) {
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, end + 1)) {
      const next = at + end + 1;
      if (next < size) starts.push(next);
    }
    // Kept short on the way: output may have any number of lines.
    if (starts.length > 2 * most) starts = starts.slice(-most);
    at += chunk.length;
    if (at >= size) break;
  }
  return starts.slice(-most);
}
