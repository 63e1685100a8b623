import * as v from 'valibot';
import type { Value } from '../value.ts';

/** A value as the Python programs write it: integers and floats apart from text. */
type Encoded =
  | null
  | boolean
  | { readonly i: string }
  | { readonly f: string }
  | { readonly s: string }
  | { readonly d: readonly (readonly [string, Encoded])[] }
  | readonly Encoded[];

const EncodedValue: v.GenericSchema<Encoded> = v.lazy(() =>
  v.union([
    v.null(),
    v.boolean(),
    v.strictObject({ i: v.string() }),
    v.strictObject({ f: v.string() }),
    v.strictObject({ s: v.string() }),
    v.strictObject({ d: v.array(v.tuple([v.string(), EncodedValue])) }),
    v.array(EncodedValue),
  ]),
);

const ScriptFlag = v.object({
  name: v.string(),
  default: EncodedValue,
  help: v.nullish(v.string()),
  type: v.nullish(v.picklist(['int', 'float', 'string', 'boolean', 'path'])),
  required: v.optional(v.boolean()),
  choices: v.optional(v.array(EncodedValue)),
  switch: v.optional(v.boolean()),
  argName: v.optional(v.string()),
  split: v.optional(v.boolean()),
  min: v.optional(EncodedValue),
  max: v.optional(EncodedValue),
});
export type ScriptFlag = v.InferOutput<typeof ScriptFlag>;

const ParserFlags = v.object({ flags: v.array(ScriptFlag), why: v.nullable(v.string()) });
const Leaf = v.tuple([v.string(), EncodedValue]);

export const SyntaxAnswer = v.union([
  v.object({
    error: v.object({ message: v.string(), line: v.nullable(v.number()), column: v.nullable(v.number()) }),
  }),
  v.object({
    imports: v.array(v.string()),
    globals: v.array(Leaf),
    nested: v.record(v.string(), v.array(Leaf)),
    argparse: v.nullable(ParserFlags),
    click: v.nullable(ParserFlags),
    keras: v.boolean(),
    doc: v.nullable(v.string()),
  }),
]);
export type SyntaxAnswer = v.InferOutput<typeof SyntaxAnswer>;

export const NotebookAnswer = v.union([
  v.object({ error: v.string() }),
  v.object({
    flags: v.array(
      v.tuple([v.string(), EncodedValue, v.nullable(v.picklist(['int', 'float', 'string', 'boolean']))]),
    ),
  }),
]);
export type NotebookAnswer = v.InferOutput<typeof NotebookAnswer>;

export const AskedAnswer = v.object({ flags: v.array(ScriptFlag) });

export function decodeAnswer(encoded: Encoded): Value {
  if (encoded === null || typeof encoded === 'boolean') return encoded;
  if (isEncodedList(encoded)) return encoded.map(decodeAnswer);
  if ('i' in encoded) return BigInt(encoded.i);
  if ('f' in encoded) return pythonNumber(encoded.f);
  if ('s' in encoded) return encoded.s;
  return Object.fromEntries(encoded.d.map(([key, item]) => [key, decodeAnswer(item)]));
}

function isEncodedList(encoded: Encoded): encoded is readonly Encoded[] {
  return Array.isArray(encoded);
}

function pythonNumber(text: string): number {
  if (text === 'inf') return Infinity;
  return text === '-inf' ? -Infinity : Number(text);
}
