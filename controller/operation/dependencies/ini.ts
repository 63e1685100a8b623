import { encodeForArgs } from '../command/encode-flag.ts';
import { decodeValue, isMap, type Value } from '../value.ts';

/** An INI file as Python's configparser reads it: sections of `key = value` or `key: value`; keys before any section are at the top. */
export function parseIni(text: string): Value {
  // A section or key named `__proto__` is one like any other.
  const top = new Map<string, Value | Map<string, Value>>();
  let section: Map<string, Value | Map<string, Value>> = top;
  for (const written of text.split(/\r?\n/)) {
    const [, heading] = /^\[([^\]]+)\]\s*$/.exec(written) ?? [];
    const at = /^[^\s=:#;]/.test(written) ? written.search(/[=:]/) : -1;
    if (heading !== undefined) {
      section = new Map();
      top.set(heading, section as Map<string, Value>);
    } else if (at > 0) section.set(written.slice(0, at).trim(), decodeValue(written.slice(at + 1).trim()));
  }
  return Object.fromEntries(
    [...top].map(([key, value]) => [key, value instanceof Map ? Object.fromEntries(value) : value]),
  );
}

export function writeIni(document: Value): string {
  if (!isMap(document)) return '';
  const entries = Object.entries(document);
  const plain = entries.filter(([, value]) => !isMap(value)).map(line);
  const sections = entries.flatMap(([name, value]) =>
    isMap(value) ? [`[${name}]`, ...Object.entries(value).map(line), ''] : [],
  );
  return `${[...plain, ...(plain.length > 0 && sections.length > 0 ? [''] : []), ...sections].join('\n').trimEnd()}\n`;
}

function line([key, value]: readonly [string, Value]): string {
  return `${key} = ${encodeForArgs(value)}`;
}
