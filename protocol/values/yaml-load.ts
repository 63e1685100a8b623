import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { UserError } from '../errors.ts';
import { encodeValue } from './encode.ts';
import { isList, isMap as isMapping, type Value, type ValueMap } from './value.ts';
import { badYaml, NodeReader, yamlDocument } from './yaml-nodes.ts';
import { constructScalar, resolvePlain, type ScalarKind } from './yaml-scalar.ts';

/** Characters that PyYAML's reader refuses anywhere in a stream. */
const UNPRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
/** A colon without a key, an end without a document: PyYAML refuses what the parser here takes for null. */
const NO_DOCUMENT = /^\s*(?::|\.\.\.)(?=\s|$)/;
/** A plain scalar and nothing else, whatever it comes to: most cells of a batch file. */
const WORD = /^[A-Za-z0-9][A-Za-z0-9_./+-]*$/;
const TAG = 'tag:yaml.org,2002:';
const KINDS: ReadonlySet<string> = new Set(['bool', 'int', 'float', 'null', 'timestamp', 'str']);

/**
 * Reads a YAML document as PyYAML's `safe_load` does under Guild: YAML 1.1, merge keys, `1e-3` a float, ints apart from floats.
 * An empty document is null. Errors: `bad-yaml`, with line and column.
 */
export function loadYaml(text: string): Value {
  if (WORD.test(text)) return word(text);
  const unprintable = UNPRINTABLE.exec(text);
  if (unprintable !== null) throw badYaml('it contains a character that YAML does not allow');
  if (NO_DOCUMENT.test(text)) throw badYaml('it does not start with a value');
  const document = yamlDocument(text, { version: '1.1', schema: 'failsafe', uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) throw badYaml(error.message);
  try {
    return new NodeReader(read).value(document.contents);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw badYaml(cause instanceof Error ? cause.message : String(cause));
  }
}

function word(text: string): Value {
  try {
    return constructScalar(text, resolvePlain(text));
  } catch (cause) {
    throw badYaml(cause instanceof Error ? cause.message : String(cause));
  }
}

function read(node: Node, reader: NodeReader): Value {
  if (isScalar(node)) return scalar(node.value, node.type === 'PLAIN', node.tag);
  const tag = node.tag?.replace(TAG, '');
  if (isSeq(node)) {
    if (tag !== undefined && tag !== 'seq') throw new Error(`no value can be made of the tag ${node.tag}`);
    return node.items.map((item) => reader.value(item));
  }
  if (isMap(node)) {
    if (tag !== undefined && tag !== 'map') throw new Error(`no value can be made of the tag ${node.tag}`);
    return mapOf(node.items, reader);
  }
  throw new Error('it has a node of no known kind');
}

/** The keys of merged mappings come first, and a mapping's own keys win over them. */
function mapOf(pairs: readonly Pair[], reader: NodeReader): ValueMap {
  const merged: [string, Value][] = [];
  const own: [string, Value][] = [];
  for (const { key, value } of pairs) {
    if (isScalar(key) && key.type === 'PLAIN' && key.value === '<<' && key.tag === undefined)
      merged.unshift(...mergeable(reader.value(value)));
    else own.push([keyText(reader.value(key)), reader.value(value)]);
  }
  return Object.fromEntries([...merged, ...own]);
}

/** Of several merged mappings the earlier wins, so they are laid down from the last. */
function mergeable(value: Value): [string, Value][] {
  const maps = isList(value) ? value.toReversed() : [value];
  return maps.flatMap((map) => {
    if (!isMapping(map)) throw new Error('a merge key (<<) needs a mapping, or a list of them');
    return Object.entries(map);
  });
}

function keyText(key: Value): string {
  if (isList(key) || isMapping(key)) throw new Error('a key is a list or a mapping');
  return typeof key === 'string' ? key : encodeValue(key);
}

/** What PyYAML makes of a scalar by its text, its tag, and whether it has quotes. Throws Error where it can't. */
export function scalar(raw: unknown, plain: boolean, tag: string | undefined): Value {
  const text = typeof raw === 'string' ? raw : '';
  if (tag === undefined) return plain ? constructScalar(text, resolvePlain(text)) : text;
  if (tag === '!') return text;
  const kind = tag.replace(TAG, '');
  if (!KINDS.has(kind)) throw new Error(`no value can be made of the tag ${tag}`);
  return constructScalar(text, kind as ScalarKind);
}
