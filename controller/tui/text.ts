/**
 * Makes text from a host harmless on a terminal. Nothing that a host says may move the cursor, change the terminal's modes, set its
 * title or clipboard, or reorder what is read (bidirectional controls, see CVE-2021-42574).
 */
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
const UNSAFE_ALL = new RegExp(UNSAFE, 'g');

/** One character that must not reach a terminal, in letters: `^[` for ESC, `<U+202E>` for those beyond Latin-1. */
export function spellOut(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return `^${String.fromCodePoint(code + 0x40)}`;
  if (code === 0x7f) return '^?';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** Text with every unsafe character spelt out. */
export function spellOutAll(text: string): string {
  return text.replaceAll(UNSAFE_ALL, spellOut);
}

/** Text as one line that a terminal shows as it is: a name, a flag's value, a reason. Line ends and tabs become spaces. */
export function safeText(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return spellOutAll(text.replaceAll(/\x1b\[[0-?]*[ -/]*[@-~]/g, '').replaceAll(/\r?\n|\t/g, ' '));
}

/** Text of several lines, such as an error's message: line ends stay, the rest as `safeText`. */
export function safeLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => safeText(line))
    .join('\n');
}
