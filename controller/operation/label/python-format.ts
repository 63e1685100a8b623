import { encodeValue, type Value } from '../value.ts';

const FORMAT = /^%([-+ 0#]*)(\d*)(?:\.(\d+))?([diouxXeEfFgGsr])$/;

/** A value by one `%` format of Python's, such as `%.3f` or `%05d`; null when format and value don't go together. */
export function pythonFormat(format: string, value: Value): string | null {
  const [, flags = '', width = '', precision, type = ''] = FORMAT.exec(format) ?? [];
  if (type === '') return null;
  const text = convert(value, type, precision === undefined ? undefined : Number(precision));
  if (text === null) return null;
  const numeric = type !== 's' && type !== 'r';
  const sign =
    numeric && !text.startsWith('-') ? (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') : '';
  return pad(sign + text, { width: Number(width || 0), flags, numeric });
}

function convert(value: Value, type: string, precision: number | undefined): string | null {
  if (type === 's' || type === 'r') {
    const text = typeof value === 'string' ? value : encodeValue(value);
    return precision === undefined ? text : text.slice(0, precision);
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') return null;
  const number = Number(value);
  switch (type) {
    case 'd':
    case 'i':
    case 'u':
      return typeof value === 'bigint' ? value.toString() : String(Math.trunc(number));
    case 'x':
      return typeof value === 'bigint' ? value.toString(16) : null;
    case 'X':
      return typeof value === 'bigint' ? value.toString(16).toUpperCase() : null;
    case 'o':
      return typeof value === 'bigint' ? value.toString(8) : null;
    case 'f':
    case 'F':
      return fixed(number, precision ?? 6);
    case 'e':
    case 'E': {
      const text = exponent(number.toExponential(precision ?? 6));
      return type === 'E' ? text.toUpperCase() : text;
    }
    default: {
      const text = general(number, precision ?? 6);
      return type === 'G' ? text.toUpperCase() : text;
    }
  }
}

/** C rounds what lies just between two numbers to the even one, JavaScript to the larger. */
function fixed(number: number, precision: number): string {
  const exact = number.toFixed(Math.min(100, precision + 40));
  const cut = exact.length - (Math.min(100, precision + 40) - precision);
  const shortened = exact.slice(0, cut).replace(/\.$/, '');
  const isTie = /^50*$/.test(exact.slice(cut));
  return isTie && /[02468]$/.test(shortened) ? shortened : number.toFixed(precision);
}

/** C's `%g`: so many significant digits, an exponent below 1e-4 or from 10^precision on, no trailing zeros. */
function general(number: number, precision: number): string {
  const digits = Math.max(precision, 1);
  if (number === 0) return '0';
  const power = Number(number.toExponential(digits - 1).split('e')[1]);
  if (power < -4 || power >= digits) {
    const [mantissa = '', tail = ''] = number.toExponential(digits - 1).split('e');
    return exponent(`${trimZeros(mantissa)}e${tail}`);
  }
  return trimZeros(number.toFixed(Math.max(digits - 1 - power, 0)));
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** JavaScript writes `1e-5` where C writes `1e-05`. */
function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function pad(
  text: string,
  { width, flags, numeric }: { readonly width: number; readonly flags: string; readonly numeric: boolean },
): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || !numeric) return text.padStart(width);
  const sign = /^[+\- ]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}
