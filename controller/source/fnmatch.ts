type Token = '*' | ((character: string) => boolean);

/**
 * Python's fnmatch: `*` is anything (`/` included), `?` one character, `[seq]` and `[!seq]` sets. Case counts; a bracket that is never
 * closed is itself. However many stars there are, a name costs no more than its length times the pattern's.
 */
export function fnmatch(pattern: string): (name: string) => boolean {
  const tokens = tokensOf(Array.from(pattern));
  return (name) => matches(Array.from(name), tokens);
}

/** What the last star takes grows by one where the rest doesn't match: stars before it need not be tried again. */
function matches(name: readonly string[], tokens: readonly Token[]): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let starPlace = 0;
  while (place < name.length) {
    const token = tokens[at];
    if (token === '*') {
      star = at;
      starPlace = place;
      at += 1;
    } else if (token !== undefined && token(name[place] ?? '')) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      at = star + 1;
      starPlace += 1;
      place = starPlace;
    } else return false;
  }
  return tokens.slice(at).every((token) => token === '*');
}

function tokensOf(pattern: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] ?? '';
    const end = char === '[' ? closingBracket(pattern, at) : -1;
    if (char === '*') tokens.push('*');
    else if (char === '?') tokens.push(() => true);
    else if (end === -1) tokens.push((character) => character === char);
    else {
      tokens.push(setOf(pattern.slice(at + 1, end)));
      at = end;
    }
  }
  return tokens;
}

/** A `]` right after `[` or `[!` is a member of the set. */
function closingBracket(pattern: readonly string[], open: number): number {
  let at = open + 1;
  if (pattern[at] === '!') at += 1;
  if (pattern[at] === ']') at += 1;
  return pattern.indexOf(']', at);
}

/** Python: an empty set matches nothing, an empty negated one anything. A range that runs backwards is no member. */
function setOf(set: readonly string[]): (character: string) => boolean {
  const negated = set[0] === '!';
  const members = negated ? set.slice(1) : set;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < members.length; at += 1) {
    const from = members[at] ?? '';
    const to = members[at + 1] === '-' ? members[at + 2] : undefined;
    if (to !== undefined) at += 2;
    ranges.push([from, to ?? from]);
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== negated;
}
