import { UserError } from '#protocol';
import { quoteWord, splitWords } from './command/shell-words.ts';

/** What was run, as the file `.guild/opref` has it: `TYPE:NAME VERSION MODEL OP`, each part quoted as a shell would need it. */
export interface OpRef {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly model: string;
  readonly operation: string;
}

export function formatOpRef({ type, name, version, model, operation }: OpRef): string {
  return `${type}:${[name, version, model, operation].map(quoteWord).join(' ')}`;
}

/** Errors: `bad-opref`. */
export function parseOpRef(text: string): OpRef {
  const colon = text.indexOf(':');
  const [name, version, model, operation] = colon < 0 ? [] : splitWords(text.slice(colon + 1));
  if (operation === undefined || name === undefined || version === undefined || model === undefined)
    throw new UserError({ code: 'bad-opref', message: `invalid opref '${text}'` });
  return { type: text.slice(0, colon), name, version, model, operation };
}

/** How people see it: `model:op`, or `op`. */
export function operationName({ model, operation }: OpRef): string {
  return model === '' ? operation : `${model}:${operation}`;
}
