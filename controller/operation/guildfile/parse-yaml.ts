import { isMap, isScalar, isSeq, LineCounter, type Node } from 'yaml';
import { NodeReader, UserError, yamlDocument, yamlScalar } from '#protocol';
import { encodeValue, type Value } from '../value.ts';
import { guildfileError } from './problem.ts';
import { formatPosition, notePosition, type Position } from './source-positions.ts';

interface Reading {
  readonly file: string;
  readonly lines: LineCounter;
  readonly warn: (message: string) => void;
}

/** A YAML file with the place of each key, read as PyYAML reads it: of a key that is repeated the last one holds, with a warning. Errors: `bad-guildfile`, at the first place that is broken. */
export function parseYaml(
  text: string,
  file: string,
  warn: (message: string) => void = () => undefined,
): Value {
  const lines = new LineCounter();
  const doc = orBad(file, () =>
    yamlDocument(text, {
      version: '1.1',
      schema: 'failsafe',
      uniqueKeys: false,
      lineCounter: lines,
      prettyErrors: false,
    }),
  );
  const [broken] = doc.errors;
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw guildfileError(broken.message, { file, line, column: col });
  }
  const reader = new NodeReader((node, nodes) => valueOf(node, nodes, { file, lines, warn }));
  return orBad(file, () => reader.value(doc.contents));
}

/** What is wrong with the whole of it has no place. */
function orBad<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof UserError && error.code !== 'bad-yaml') throw error;
    throw guildfileError(error instanceof Error ? error.message : String(error), file);
  }
}

function valueOf(node: Node, nodes: NodeReader, reading: Reading): Value {
  if (isSeq(node)) return node.items.map((item) => nodes.value(item));
  if (isMap(node)) return mapping(node.items, nodes, reading);
  if (!isScalar(node)) return null;
  return yamlScalar(node.value, node.type === 'PLAIN', node.tag);
}

function mapping(
  items: readonly { key: unknown; value: unknown }[],
  nodes: NodeReader,
  reading: Reading,
): Value {
  const values = new Map<string, Value>();
  const places = new Map<string, Position>();
  for (const { key, value } of items) {
    const name = isScalar(key) ? (key.source ?? String(key.value)) : encodeValue(nodes.value(key));
    if (name === '<<') mergeInto(values, nodes.value(value));
    else {
      values.set(name, nodes.value(value));
      const offset = (key as Node).range?.[0];
      if (offset === undefined) continue;
      const { line, col } = reading.lines.linePos(offset);
      const place = { file: reading.file, line, column: col };
      if (places.has(name))
        reading.warn(`${formatPosition(place)}: '${name}' is there twice, and the last one holds`);
      places.set(name, place);
    }
  }
  // A key named `__proto__` is a key like any other.
  const made = Object.fromEntries(values);
  for (const [name, place] of places) notePosition(made, name, place);
  return made;
}

/** YAML's merge key: what the mapping says itself wins, wherever it stands. */
function mergeInto(values: Map<string, Value>, from: Value): void {
  if (Array.isArray(from)) for (const item of from as readonly Value[]) mergeInto(values, item);
  else if (typeof from === 'object' && from !== null)
    for (const [key, value] of Object.entries(from)) if (!values.has(key)) values.set(key, value);
}
