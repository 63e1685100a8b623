import {
  isAlias,
  parseDocument,
  type Document,
  type DocumentOptions,
  type Node,
  type ParseOptions,
  type SchemaOptions,
} from 'yaml';
import { UserError } from '../errors.ts';
import type { Value } from './value.ts';

/** Anchors that name anchors can stand for more nodes than memory holds. */
const MAX_NODES = 1_000_000;

/** The only way from text to YAML's nodes. What is nested too deeply is an error of the document, like any other. Errors: `bad-yaml`. */
export function yamlDocument(
  text: string,
  options: ParseOptions & DocumentOptions & SchemaOptions = {},
): Document.Parsed {
  const document = parseDocument(text, { logLevel: 'silent', ...options });
  // The parser calls itself for each level, and reports what comes of that.
  if (document.errors.some(({ message }) => message.startsWith('Maximum call stack')))
    throw badYaml('it is nested too deeply');
  return document;
}

export function badYaml(message: string): UserError {
  return new UserError({ code: 'bad-yaml', message: `invalid YAML: ${message}` });
}

/**
 * Turns nodes into values. What an anchor names is read once and shared, and counts as often as it is named. Throws Error for an alias
 * without an anchor before it, an anchor that contains itself, and more values than MAX_NODES.
 */
export class NodeReader {
  readonly #read: (node: Node, reader: NodeReader) => Value;
  /** By name, the last one before; null for one that is being read. */
  readonly #anchors = new Map<string, { readonly value: Value; readonly size: number } | null>();
  #size = 0;

  constructor(read: (node: Node, reader: NodeReader) => Value) {
    this.#read = read;
  }

  value(node: unknown): Value {
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return this.#alias(node.source);
    this.#count(1);
    const known = node as Node;
    const anchor = 'anchor' in known ? known.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, null);
    const before = this.#size;
    const value = this.#read(known, this);
    if (anchor !== undefined) this.#anchors.set(anchor, { value, size: this.#size - before + 1 });
    return value;
  }

  #count(nodes: number): void {
    this.#size += nodes;
    if (this.#size > MAX_NODES) throw new Error(`its anchors stand for more than ${MAX_NODES} values`);
  }

  #alias(name: string): Value {
    const seen = this.#anchors.get(name);
    if (seen === undefined) throw new Error(`no anchor is named '${name}'`);
    if (seen === null) throw new Error('an anchor contains itself');
    this.#count(seen.size);
    return seen.value;
  }
}
