const SPECIAL = /[\\^$.|+(){}/]/g;

/**
 * Python's fnmatch as a regular expression: `*` is anything (`/` included), `?` one character, `[seq]` and `[!seq]` sets. Case
 * counts; a bracket that is never closed is itself.
 */
export function fnmatchRegExp(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === '*') {
      if (!source.endsWith('.*')) source += '.*';
    } else if (char === '?') source += '.';
    else if (char === '[') {
      const end = closingBracket(pattern, at);
      source += end === -1 ? '\\[' : setSource(pattern.slice(at + 1, end));
      if (end !== -1) at = end;
    } else source += char.replace(SPECIAL, '\\$&');
  }
  return new RegExp(`^(?:${source})$`, 's');
}

/** A `]` right after `[` or `[!` is a member of the set. */
function closingBracket(pattern: string, open: number): number {
  let at = open + 1;
  if (pattern[at] === '!') at += 1;
  if (pattern[at] === ']') at += 1;
  return pattern.indexOf(']', at);
}

function setSource(set: string): string {
  const negated = set.startsWith('!');
  const members = (negated ? set.slice(1) : set).replace(/[\\\]^[]/g, '\\$&');
  const ordered = members.replace(/(\\?.)-(\\?.)/gs, (range, from: string, to: string) =>
    from.at(-1)! <= to.at(-1)! ? range : '',
  );
  // Python: an empty set matches nothing, an empty negated one anything.
  if (ordered === '') return negated ? '.' : '(?!)';
  return negated ? `[^${ordered}]` : `[${ordered}]`;
}
