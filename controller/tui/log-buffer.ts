import { filterEscapes, type FilterState } from './escape-filter.ts';

/** The last lines of a run's output, laid out as a terminal would have: carriage returns and backspaces done, all other control gone. */
export interface LogBuffer {
  readonly id: string;
  readonly lines: readonly string[];
  /** The line that has not ended yet, and where in it the next character goes. */
  readonly open: string;
  readonly column: number;
  /** Lines that were dropped from the front. */
  readonly dropped: number;
  /** The offset in the output file of the first byte taken, and of the next one expected. */
  readonly from: number;
  readonly next: number;
  /** The first bytes of a character whose last are yet to come. */
  readonly cut: Uint8Array;
  readonly escape: FilterState;
}

/** Lines kept for scrolling back here; all of the output is in the file (`o` opens it). */
export const LOG_LINES = 2000;
/** A line without end is cut into lines of this many characters. */
export const LOG_LINE_LENGTH = 4096;

const TAB = 8;
const ERASE = /^\x1b\[0?K/;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NO_BYTES = new Uint8Array();

export function emptyLog(id: string): LogBuffer {
  return { id, lines: [], open: '', column: 0, dropped: 0, from: -1, next: -1, cut: NO_BYTES, escape: '' };
}

/** The log with bytes that begin at `offset`: what it has already is left out, and a gap is said. */
export function appendOutput(log: LogBuffer, offset: number, bytes: Uint8Array): LogBuffer {
  if (log.next < 0) {
    const skipped = offset === 0 ? 0 : afterCutLine(bytes);
    return appendText({ ...log, from: offset, next: offset + skipped }, bytes.subarray(skipped));
  }
  const known = log.next - offset;
  if (known >= bytes.length) return log;
  if (known >= 0) return appendText(log, bytes.subarray(known));
  const gap = `… ${-known} bytes of output are not shown here …`;
  const closed = [...log.lines, ...(log.open === '' ? [] : [log.open]), gap];
  return appendText(
    { ...log, lines: closed, open: '', column: 0, next: offset, cut: NO_BYTES, escape: '' },
    bytes,
  );
}

/** Where the first whole line begins: what comes before may be half a character or half an escape sequence. */
function afterCutLine(bytes: Uint8Array): number {
  const end = bytes.findIndex((byte) => byte === LINE_FEED || byte === CARRIAGE_RETURN);
  return end + 1;
}

/** All lines, the open one last if it has anything. */
export function logLines(log: LogBuffer): readonly string[] {
  return log.open === '' ? log.lines : [...log.lines, log.open];
}

function appendText(log: LogBuffer, bytes: Uint8Array): LogBuffer {
  const joined = log.cut.length === 0 ? bytes : Buffer.concat([log.cut, bytes]);
  const whole = joined.length - incompleteTail(joined);
  const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(joined.subarray(0, whole));
  const { state, text } = filterEscapes(log.escape, decoded, 'text');
  const written = write(log, text);
  const excess = Math.max(0, written.lines.length - LOG_LINES);
  return {
    ...log,
    lines: excess === 0 ? written.lines : written.lines.slice(excess),
    open: written.open,
    column: written.column,
    dropped: log.dropped + excess,
    next: log.next + bytes.length,
    cut: joined.slice(whole),
    escape: state,
  };
}

function write(log: LogBuffer, text: string): { lines: readonly string[]; open: string; column: number } {
  const lines = [...log.lines];
  let { open, column } = log;
  for (const token of text.match(/[^\n\r\b\t\x1b]+|\x1b\[0?K|[\s\S]/g) ?? []) {
    if (token === '\n') {
      lines.push(open);
      open = '';
      column = 0;
    } else if (token === '\r') column = 0;
    else if (token === '\b') column = Math.max(0, column - 1);
    else if (ERASE.test(token)) open = open.slice(0, column);
    else {
      const written = token === '\t' ? ' '.repeat(TAB - (column % TAB)) : token;
      open = open.slice(0, column) + written + open.slice(column + written.length);
      column += written.length;
    }
    while (open.length > LOG_LINE_LENGTH) {
      lines.push(open.slice(0, LOG_LINE_LENGTH));
      open = open.slice(LOG_LINE_LENGTH);
      column = Math.max(0, column - LOG_LINE_LENGTH);
    }
  }
  return { lines, open, column };
}

/** How many bytes at the end begin a UTF-8 character that is not whole yet. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}
