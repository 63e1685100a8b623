import { spellOut, spellOutAll } from './text.ts';

/**
 * What a stream may still do besides printing: colours for a terminal; nothing but text for a log that is laid out again; `screen` for a program
 * that has the terminal to itself: it may move about and ring, but not set the clipboard, the title or anything else by a string.
 */
export type Allowed = 'colours' | 'text' | 'screen';

/** Where a filter is inside an escape sequence that has not ended yet; empty between sequences. */
export type FilterState = string;

/** No sequence worth passing is longer, and one that does not end must not swallow what follows. Characters. */
const MAX_SEQUENCE = 4096;

const COMPLETE_CSI = /^\x1b\[[0-?]*[ -/]*[@-~]/;
const BEGINS_CSI = /^\x1b\[[0-?]*[ -/]*$/;
/** OSC, DCS, SOS, PM, APC: up to BEL or ST. Such a string has no line ends in it. */
const COMPLETE_STRING = /^\x1b[\]PX^_][^\x07\x1b\r\n]*(?:\x07|\x1b\\)/;
const BEGINS_STRING = /^\x1b[\]PX^_][^\x07\x1b\r\n]*\x1b?$/;
const COMPLETE_SHORT = /^\x1b[ -/]*[0-OQ-WYZ\\`-~]/;
const BEGINS_SHORT = /^\x1b[ -/]*$/;
const COLOUR = /^\x1b\[[0-9;:]*m$/;
const ERASE_TO_END_OF_LINE = /^\x1b\[0?K$/;
/** Printable runs, and the controls that a progress bar is made of. */
const HARMLESS = /[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/y;

/**
 * Filters a piece of a stream. What comes out holds printable text, line ends, carriage returns, backspaces, tabs, erase-to-end-of-line and, where
 * allowed, colours. Other sequences vanish; stray control characters are spelt out. Give back `state` with the next piece.
 */
export function filterEscapes(
  state: FilterState,
  piece: string,
  allowed: Allowed,
): { readonly state: FilterState; readonly text: string } {
  const input = state + piece;
  let text = '';
  let at = 0;
  while (at < input.length) {
    HARMLESS.lastIndex = at;
    const harmless = HARMLESS.exec(input)?.[0];
    if (harmless !== undefined) {
      text += harmless;
      at += harmless.length;
      continue;
    }
    const character = input.charAt(at);
    if (character !== '\x1b') {
      const isPlain = character === '\b' || (character === '\x07' && allowed === 'screen');
      text += isPlain ? character : spellOut(character);
      at += 1;
      continue;
    }
    const rest = input.slice(at, at + MAX_SEQUENCE);
    const whole = sequenceAt(rest);
    if (whole === null && isUnfinished(rest)) return { state: rest, text };
    if (whole === null) text += spellOut(character);
    else if (mayPass(whole, allowed)) text += whole;
    at += whole?.length ?? 1;
  }
  return { state: '', text };
}

/** What is left at a stream's end: a sequence that never ended is text, spelt out. */
export function endFilter(state: FilterState): string {
  return spellOutAll(state);
}

function sequenceAt(text: string): string | null {
  const match = COMPLETE_CSI.exec(text) ?? COMPLETE_STRING.exec(text) ?? COMPLETE_SHORT.exec(text);
  return match?.[0] ?? null;
}

function isUnfinished(text: string): boolean {
  if (text.length >= MAX_SEQUENCE) return false;
  return BEGINS_CSI.test(text) || BEGINS_STRING.test(text) || BEGINS_SHORT.test(text);
}

function mayPass(sequence: string, allowed: Allowed): boolean {
  if (allowed === 'screen') return !COMPLETE_STRING.test(sequence);
  return ERASE_TO_END_OF_LINE.test(sequence) || (allowed === 'colours' && COLOUR.test(sequence));
}
