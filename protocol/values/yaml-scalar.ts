import { PyDate, type Value } from './value.ts';

/**
 * What a plain YAML scalar is to PyYAML's `safe_load` (YAML 1.1), with Guild's wider rule for floats: `1e3` and `1e-3` are floats.
 * The patterns are those of the YAML 1.1 type repository as PyYAML applies them: `0o17` and `08` are text, `y` and `n` too.
 */
const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const INT =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT = new RegExp(
  [
    String.raw`[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?`,
    String.raw`[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+`,
    String.raw`\.[0-9_]+(?:[eE][-+][0-9]+)?`,
    String.raw`[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*`,
    String.raw`[-+]?\.(?:inf|Inf|INF)`,
    String.raw`\.(?:nan|NaN|NAN)`,
  ]
    .map((part) => `^${part}$`)
    .join('|'),
);
const TIMESTAMP =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/;
const TIMESTAMP_PARTS =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?)?$/;
/** As Python's int() has it; longer digits take quadratic time. */
const MAX_DIGITS = 4300;

export type ScalarKind = 'bool' | 'int' | 'float' | 'null' | 'timestamp' | 'merge' | 'value' | 'str';

/** The type that PyYAML gives a plain scalar. Where two rules fit, the first of PyYAML's order holds. */
export function resolvePlain(text: string): ScalarKind {
  if (BOOL.test(text)) return 'bool';
  if (INT.test(text) && !FLOAT.test(text)) return 'int';
  if (FLOAT.test(text)) return 'float';
  if (text === '<<') return 'merge';
  if (NULL.test(text)) return 'null';
  if (TIMESTAMP.test(text)) return 'timestamp';
  return text === '=' ? 'value' : 'str';
}

/** The value of a scalar of that type. Throws a plain Error where PyYAML can't construct one: a month 13, `._`, a lone `=`. */
export function constructScalar(text: string, kind: ScalarKind): Value {
  switch (kind) {
    case 'bool':
      return /^(?:yes|true|on)$/i.test(text) || fail(/^(?:no|false|off)$/i.test(text), text);
    case 'int':
      return constructInt(text.replaceAll('_', ''));
    case 'float':
      return constructFloat(text.replaceAll('_', '').toLowerCase());
    case 'null':
      return null;
    case 'timestamp':
      return constructTimestamp(text);
    case 'merge':
    case 'value':
      throw new Error(`could not construct a value from '${text}'`);
    case 'str':
      return text;
  }
}

/** False when the words are those of false; an error when they are neither's. */
function fail(isFalse: boolean, text: string): false {
  if (!isFalse) throw new Error(`'${text}' is not a boolean`);
  return false;
}

function constructInt(text: string): bigint {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '');
  if (digits.length > MAX_DIGITS) throw new Error('an int of too many digits');
  const magnitude = /^0[0-7]+$/.test(digits)
    ? BigInt(`0o${digits.slice(1)}`)
    : digits.includes(':')
      ? digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n)
      : decimal(digits);
  return negative ? -magnitude : magnitude;
}

/** BigInt reads an empty text as 0, which PyYAML's `int('')` refuses. */
function decimal(digits: string): bigint {
  if (!/^(?:0b[01]+|0x[0-9a-f]+|\d+)$/i.test(digits)) throw new Error(`'${digits}' is not an int`);
  return BigInt(digits);
}

function constructFloat(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  if (digits === '.inf') return sign * Infinity;
  if (digits === '.nan') return Number.NaN;
  const parts = digits.split(':').map((part) => {
    if (!/^(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(part)) throw new Error(`'${text}' is not a float`);
    return Number(part);
  });
  return sign * parts.reduce((sum, part) => sum * 60 + part, 0);
}

function constructTimestamp(text: string): PyDate {
  const match = TIMESTAMP_PARTS.exec(text);
  if (match === null) throw new Error(`'${text}' is not a date`);
  const [, year = '', month = '', day = '', hour, minute = '', second = '', fraction = ''] = match;
  const two = (part: string) => part.padStart(2, '0');
  const date = `${year}-${two(month)}-${two(day)}`;
  const days = new Date(Date.UTC(2000, Number(month), 0)).getUTCDate();
  const leap = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const last = Number(month) === 2 ? leap : days;
  if (Number(year) < 1 || Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > last)
    throw new Error(`'${text}' is not a date of the calendar`);
  if (hour === undefined) return new PyDate(date);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    throw new Error(`'${text}' is not a time of the day`);
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  return new PyDate(
    `${date} ${two(hour)}:${minute}:${second}${micros === '000000' ? '' : `.${micros}`}${offset(match)}`,
  );
}

/** `+02:00`, from any of `Z`, `+2`, `+02:00`; nothing where the text gives no zone. */
function offset(match: RegExpExecArray): string {
  const [zone, sign, hours, minutes] = match.slice(8);
  if (zone === undefined) return '';
  if (zone === 'Z') return '+00:00';
  const text = `${String(hours).padStart(2, '0')}:${minutes ?? '00'}`;
  return text === '00:00' ? '+00:00' : `${sign}${text}`;
}
