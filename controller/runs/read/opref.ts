import { dirname } from 'node:path';

/** The parts of a `.guild/opref`: `TYPE:NAME VERSION MODEL OP`. */
interface OpRef {
  readonly type: string;
  readonly name: string;
  readonly model: string;
  readonly operation: string;
}

const UNKNOWN: OpRef = { type: '', name: '', model: '', operation: '?' };

/** How an operation is named in listings: `model:op`, `pkg/op`, and `op+` for a batch of it. */
export function operationName(opref: string, proto: string | null = null): string {
  const own = nameOf(parse(opref));
  if (proto === null) return own;
  return `${nameOf(parse(proto))}${own.startsWith('+') ? '' : '+'}${own}`;
}

/** The directory of the project or script that an operation is from, or null. */
export function projectOf(opref: string): string | null {
  const { type, name } = parse(opref);
  if (type === 'guildfile') return dirname(name);
  return type === 'script' ? name : null;
}

function nameOf({ type, name, model, operation }: OpRef): string {
  const full = model === '' ? operation : `${model}:${operation}`;
  switch (type) {
    case 'package':
      return `${name}/${full}`;
    case 'func':
      return `${operation}()`;
    case 'pending':
      return operation;
    default:
      return full;
  }
}

function parse(text: string): OpRef {
  const colon = text.indexOf(':');
  const [name, , model, operation] = colon === -1 ? [] : splitQuoted(text.slice(colon + 1).trim());
  if (name === undefined || model === undefined || operation === undefined) return UNKNOWN;
  return { type: text.slice(0, colon), name, model, operation };
}

/** Words as a POSIX shell quotes them. */
function splitQuoted(text: string): string[] {
  const words = text.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/gs) ?? [];
  return words.map((word) =>
    word.replace(
      /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs,
      (_all, single?: string, double?: string, bare?: string) =>
        single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? bare ?? '',
    ),
  );
}
