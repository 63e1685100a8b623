/**
 * The lines of a log that comes in pieces, without their ends. Of a line that is longer than one piece and `most` characters only the
 * last of it are kept: a host could make it endless.
 */
export async function* logLines(pieces: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(-most);
    yield* lines;
  }
}
