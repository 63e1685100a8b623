import { UserError } from '#protocol';

const SAFE = /^[\w@%+=:,./-]+$/;

/** Quotes a word as Python's `shlex.quote` does. */
export function quoteWord(word: string): string {
  if (word === '') return "''";
  return SAFE.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

export function joinWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

/** Splits as Python's `shlex.split` does (POSIX mode, no comments). Errors: `bad-quotes`. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '\\') {
      at += 1;
      if (at >= text.length) throw unclosed(text, 'No escaped character');
      word = (word ?? '') + (text[at] ?? '');
    } else if (char === "'" || char === '"') {
      const [inside, end] = quoted(text, at, char);
      word = (word ?? '') + inside;
      at = end;
    } else if (/[ \t\r\n]/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + char;
  }
  if (word !== null) words.push(word);
  return words;
}

/** What stands between quotes, and the place of the closing one. In double quotes a backslash escapes only `"` and itself. */
function quoted(text: string, from: number, quote: string): [string, number] {
  let inside = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === quote) return [inside, at];
    const next = text[at + 1];
    if (quote === '"' && char === '\\' && (next === '"' || next === '\\')) {
      inside += next;
      at += 1;
    } else inside += char;
  }
  throw unclosed(text, 'No closing quotation');
}

function unclosed(text: string, what: string): UserError {
  return new UserError({ code: 'bad-quotes', message: `${what} in '${text}'` });
}
