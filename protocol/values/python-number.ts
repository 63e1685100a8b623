/** What Python's `str.strip` takes off: unlike JavaScript's `trim`, the separators 0x1c to 0x1f and 0x85, and no byte order mark. */
const SPACE = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*`;
const INT = new RegExp(`^${SPACE}([+-]?)(\\d+(?:_\\d+)*)${SPACE}$`);
const DIGITS = String.raw`\d+(?:_\d+)*`;
const FLOAT = new RegExp(
  `^${SPACE}([+-]?(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:e[+-]?${DIGITS})?)${SPACE}$`,
  'i',
);
const SPECIAL = new RegExp(`^${SPACE}([+-]?)(inf|infinity|nan)${SPACE}$`, 'i');
const STRIP = new RegExp(`^${SPACE}|${SPACE}$`, 'g');

/** Python refuses longer ints (sys.int_info.default_max_str_digits): parsing them takes quadratic time. */
const MAX_INT_DIGITS = 4300;

export function pythonStrip(text: string): string {
  return text.replace(STRIP, '');
}

/** Python's `int(text)`: sign, leading zeros, `_` between digits and space around are allowed; undefined where it raises ValueError. ASCII digits only. */
export function parsePythonInt(text: string): bigint | undefined {
  const [, sign = '', digits] = INT.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const plain = digits.replaceAll('_', '');
  if (plain.length > MAX_INT_DIGITS) return undefined;
  const magnitude = BigInt(plain);
  return sign === '-' ? -magnitude : magnitude;
}

/** Python's `float(text)`; undefined where it raises ValueError. */
export function parsePythonFloat(text: string): number | undefined {
  const special = SPECIAL.exec(text);
  if (special !== null) {
    const [, sign = '', word = ''] = special;
    if (word.toLowerCase() === 'nan') return Number.NaN;
    return sign === '-' ? -Infinity : Infinity;
  }
  const [, number] = FLOAT.exec(text) ?? [];
  return number === undefined ? undefined : Number(number.replaceAll('_', ''));
}

/** Python's `repr(float)`: the shortest digits that read back, `1.0`, `1e-05`, `1e+16`, `inf`, `nan`. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  if (magnitude < 1e-4 || magnitude >= 1e16) {
    const [mantissa = '', power = '0'] = value.toExponential().split('e');
    const exponent = Number(power);
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}
