/** Release numbers of a Python, major first. */
export type Version = readonly number[];

export function parseVersion(text: string): Version {
  return (/^\d+(?:\.\d+)*/.exec(text.trim())?.[0] ?? '0').split('.').map(Number);
}

function compare(a: Version, b: Version): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function startsWith(version: Version, prefix: Version): boolean {
  return prefix.every((part, at) => (version[at] ?? 0) === part);
}

function satisfiesOne(version: Version, clause: string): boolean | null {
  const [, operator, wanted] = /^(~=|===?|!=|<=|>=|<|>)?\s*v?(\d[\w.]*(?:\.\*)?)$/.exec(clause) ?? [];
  if (wanted === undefined) return null;
  const other = parseVersion(wanted);
  const wild = wanted.endsWith('.*');
  switch (operator) {
    case '>=':
      return compare(version, other) >= 0;
    case '<=':
      return compare(version, other) <= 0;
    case '>':
      return compare(version, other) > 0;
    case '<':
      return compare(version, other) < 0;
    case '!=':
      return !(wild ? startsWith(version, other) : compare(version, other) === 0);
    case '~=':
      return compare(version, other) >= 0 && startsWith(version, other.slice(0, -1));
    case undefined:
      // A bare number, as Guild's files have it: that release, whatever its patch.
      return startsWith(version, other);
    default:
      return wild ? startsWith(version, other) : compare(version, other) === 0;
  }
}

/** Whether a version lies in a PEP 440 range of release numbers such as `>=3.9,<4`; null when the range can't be read. */
export function satisfies(version: Version, range: string): boolean | null {
  const clauses = range
    .split(',')
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '');
  const answers = clauses.map((clause) => satisfiesOne(version, clause));
  return answers.includes(null) ? null : !answers.includes(false);
}
