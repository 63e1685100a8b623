import { floatRepr } from './python-number.ts';
import { PyDate } from './value.ts';

export type Atom = null | boolean | bigint | number | PyDate;

/** A value that is no text and no collection, as PyYAML dumps it: `true`, `1.0e-05`, `.inf`, `2026-01-31`. */
export function atomText(value: Atom): string {
  if (value instanceof PyDate) return value.iso;
  return typeof value === 'number' ? yamlFloat(value) : String(value);
}

/** YAML 1.1 wants a point in every float: Python's `1e-05` becomes `1.0e-05`. */
function yamlFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = floatRepr(value);
  return text.includes('.') ? text : text.replace('e', '.0e');
}
