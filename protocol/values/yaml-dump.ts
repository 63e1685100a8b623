import { atomText } from './atom-text.ts';
import { decodeValue } from './decode.ts';
import { Page } from './page.ts';
import { scalarStyle } from './scalar-style.ts';
import { writeScalar } from './scalar-text.ts';
import { compareText, isList, isMap, type Value, type ValueMap } from './value.ts';

/** Keys as long as this, or longer, are marked with `?`: YAML limits simple keys. */
const LONG_KEY = 128;
const STEP = 2;

export interface DumpOptions {
  /** Names of mappings whose keys are values of any type, of which a map here has the text: `yes: on` has a boolean for a key. */
  readonly typedKeysOf?: readonly string[];
}

/**
 * The text of an attribute's file: what PyYAML's `safe_dump` writes in block style with indent 2, `y` and `n` quoted for readers of
 * strict YAML 1.1. Keys are sorted, lines fold past column 80, all is ASCII, and a newline ends it.
 */
export function dumpYaml(value: Value, { typedKeysOf = [] }: DumpOptions = {}): string {
  const page = new Page();
  writeNode(page, value, { indent: 0, inMap: false, scalarIndent: STEP, typedKeysOf, typedKeys: false });
  return `${page.text}\n`;
}

interface Place {
  /** Column of this collection's items. */
  readonly indent: number;
  /** After a key: a list's items stand at the key's own column. */
  readonly inMap: boolean;
  /** Column of a scalar's continuation lines. */
  readonly scalarIndent: number;
  readonly typedKeysOf: readonly string[];
  /** This mapping is one of those. */
  readonly typedKeys: boolean;
}

function writeNode(page: Page, value: Value, place: Place): void {
  if (isList(value)) return value.length === 0 ? page.word('[]') : writeList(page, value, place);
  if (isMap(value)) return Object.keys(value).length === 0 ? page.word('{}') : writeMap(page, value, place);
  if (typeof value !== 'string') return page.word(atomText(value));
  writeText(page, value, { key: false, indent: place.scalarIndent });
}

function writeText(
  page: Page,
  text: string,
  { key, indent }: { readonly key: boolean; readonly indent: number },
): void {
  const strict = /^[yn]$/i.test(text) ? 'single' : scalarStyle(text, { flow: false, key });
  writeScalar(page, text, { style: strict, indent, fold: !key });
}

function writeList(page: Page, items: readonly Value[], { indent, inMap, typedKeysOf }: Place): void {
  for (const [index, item] of items.entries()) {
    startItem(page, indent, index > 0 || inMap);
    page.put('-');
    writeNode(page, item, { ...inside(indent, typedKeysOf), typedKeys: false });
  }
}

function inside(indent: number, typedKeysOf: readonly string[]): Omit<Place, 'typedKeys'> {
  return { indent: indent + STEP, inMap: false, scalarIndent: indent + STEP, typedKeysOf };
}

function writeKey(page: Page, key: string, { indent, typedKeys }: Pick<Place, 'indent' | 'typedKeys'>): void {
  const value = typedKeys ? decodeValue(key) : key;
  if (typeof value === 'string' || isList(value) || isMap(value))
    writeText(page, typeof value === 'string' ? value : key, { key: true, indent });
  else page.word(atomText(value));
}

function writeMap(page: Page, map: ValueMap, place: Place): void {
  const { indent, inMap, typedKeysOf } = place;
  for (const [index, key] of Object.keys(map).sort(compareText).entries()) {
    startItem(page, indent, index > 0 || inMap);
    const value = map[key] ?? null;
    const below = { ...inside(indent, typedKeysOf), typedKeys: typedKeysOf.includes(key) };
    if (isSimpleKey(key)) {
      writeKey(page, key, place);
      page.put(':');
      writeNode(page, value, { ...below, indent: isList(value) ? indent : indent + STEP, inMap: true });
    } else {
      page.put('?');
      writeText(page, key, { key: false, indent: indent + STEP });
      startItem(page, indent, true);
      page.put(':');
      writeNode(page, value, below);
    }
  }
}

function isSimpleKey(key: string): boolean {
  return key !== '' && Array.from(key).length < LONG_KEY && !/[\n\x85\u2028\u2029]/.test(key);
}

/** The first item of a list in a list, or of a mapping in a list, stays on its dash's line. */
function startItem(page: Page, indent: number, newline: boolean): void {
  if (newline) page.newline(indent);
  else if (!page.blank) {
    page.put(' ');
    page.blank = true;
  }
}
