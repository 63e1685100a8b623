import { compareText, floatRepr, isList, isMap, PyDate, type Value } from '#protocol';

/** JSON as Python's `json.dumps(value, sort_keys=True)` writes it: `, ` and `: `, ASCII, 1.0 a float and 1 an int. Dates become text. */
export function pythonJson(value: Value): string {
  if (isList(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (isMap(value)) {
    const keys = Object.keys(value).sort(compareText);
    return `{${keys.map((key) => `${text(key)}: ${pythonJson(value[key] ?? null)}`).join(', ')}}`;
  }
  if (typeof value === 'string') return text(value);
  if (value instanceof PyDate) return text(value.iso);
  return typeof value === 'number' ? float(value) : String(value);
}

function text(value: string): string {
  return JSON.stringify(value).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Python's JSON has NaN and Infinity, which no one else reads. */
function float(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatRepr(value);
}
