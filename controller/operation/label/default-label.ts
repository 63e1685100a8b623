import { shortId } from '#protocol';
import { encodeValue, type Flags, type Value } from '../value.ts';
import { shortenPath } from './shorten-path.ts';

/** Longest path that a label shows whole, in characters. */
const PATH_LENGTH = 20;

/** `name=value` of each flag that isn't null, by name in order: what a run is called when nobody said. */
export function defaultLabel(flags: Flags): string {
  return [...flags]
    .filter(([, value]) => value !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${labelValue(value)}`)
    .join(' ');
}

/** A value as labels show it: fractions cut (not rounded) at five digits, long paths and ids of runs shortened, text with spaces quoted. */
export function labelValue(value: Value): string {
  if (typeof value === 'string') {
    if (value.startsWith('/')) return quoteSpaced(shortenPath(value, PATH_LENGTH));
    if (/^[0-9a-f]{32}$/.test(value)) return shortId(value);
    if (/\s/.test(value)) return quoteSpaced(value);
  }
  return encodeValue(value).replace(/(\.\d{5})\d+/g, '$1');
}

/** As Python's `repr` quotes a string. */
function quoteSpaced(text: string): string {
  if (!/\s/.test(text)) return text;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r')
    .replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}
