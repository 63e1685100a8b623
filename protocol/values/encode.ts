import { atomText } from './atom-text.ts';
import { Page, WIDTH } from './page.ts';
import { parsePythonFloat, parsePythonInt } from './python-number.ts';
import { scalarStyle } from './scalar-style.ts';
import { writeScalar } from './scalar-text.ts';
import { compareText, isList, isMap, type Value } from './value.ts';

export interface EncodeOptions {
  /** Never break a line: text past the width isn't folded, and line breaks in text are escaped. */
  readonly oneLine?: boolean;
}

/**
 * A value as labels, prompts and tables show it (guild-behaviour 4.4): `yes`, `null`, `[a, b]`, `{k: v}` with sorted keys, floats
 * as YAML 1.1 has them, text quoted where it would be read as something else. `decodeValue` reads it back as the same value; for
 * that, text inside collections is quoted where Guild's own text could not be read back.
 */
export function encodeValue(value: Value, options: EncodeOptions = {}): string {
  return encode(value, { flow: false, key: false, ...options });
}

type Place = EncodeOptions & { readonly flow: boolean; readonly key: boolean };

function encode(value: Value, place: Place): string {
  const inside = { ...place, flow: true };
  if (isList(value)) return `[${value.map((item) => encode(item, inside)).join(', ')}]`;
  if (isMap(value)) {
    const keys = Object.keys(value).sort(compareText);
    const pairs = keys.map(
      (key) => `${encode(key, { ...inside, key: true })}: ${encode(value[key] ?? null, inside)}`,
    );
    return `{${pairs.join(', ')}}`;
  }
  if (value === true) return 'yes';
  if (value === false) return 'no';
  return typeof value === 'string' ? encodeText(value, place) : atomText(value);
}

function encodeText(text: string, { flow, key, oneLine = false }: Place): string {
  let style = scalarStyle(text, { flow, key });
  // A flag's value is tried as a Python number before it is read as YAML, so `089` and `inf` need quotes too.
  if (style === 'plain' && (parsePythonInt(text) ?? parsePythonFloat(text)) !== undefined) style = 'single';
  if (style === 'plain' && !/[ \n]/.test(text)) return text;
  if (oneLine && text.includes('\n')) style = 'double';
  const page = new Page(oneLine ? Infinity : WIDTH);
  writeScalar(page, text, { style, indent: 2, fold: !key });
  return page.text;
}
