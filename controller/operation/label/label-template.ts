import { basename } from 'node:path/posix';
import { decodeValue, type Flags, type Value } from '../value.ts';
import { defaultLabel, labelValue } from './default-label.ts';
import { pythonFormat } from './python-format.ts';

export interface Rendered {
  readonly text: string;
  readonly warnings: readonly string[];
}

/** A label from its template; without one, the default label. References to no flag are empty; an unknown filter is `#error#` and a warning. */
export function renderLabel(template: string | null, flags: Flags): Rendered {
  if (template === null) return { text: defaultLabel(flags), warnings: [] };
  const warnings: string[] = [];
  const text = template.replace(/\$\{([^}]+)\}/g, (_, reference: string) => {
    const [name = '', ...filters] = reference.split('|');
    let value: Value | undefined = name === 'default_label' ? defaultLabel(flags) : flags.get(name);
    let formatted = false;
    for (const filter of filters) {
      const next = applyFilter(filter, value ?? null);
      if (next === null) {
        warnings.push(`error formatting label '${template}': unknown or failing filter '${filter}'`);
        return '#error#';
      }
      value = next;
      formatted = true;
    }
    if (value === undefined || value === null) return '';
    return typeof value === 'string' && (formatted || name === 'default_label') ? value : labelValue(value);
  });
  return { text: text.trim(), warnings };
}

/** Null when there is no such filter or it can't take the value. */
function applyFilter(filter: string, value: Value): Value {
  if (filter.startsWith('%')) return pythonFormat(filter, value);
  const colon = filter.indexOf(':');
  const [name, argument] = colon < 0 ? [filter, ''] : [filter.slice(0, colon), filter.slice(colon + 1)];
  switch (name) {
    case 'default':
      return value === null || value === '' ? decodeValue(argument) : value;
    case 'basename':
      return typeof value === 'string' ? basename(value) : '';
    case 'unquote':
      return typeof value === 'string' ? value.replace(/^(['"])(.*)\1$/, '$2') : labelValue(value);
    default:
      return null;
  }
}
