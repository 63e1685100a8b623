import { isMap, isScalar, isSeq, LineCounter, type Node } from 'yaml';
import { NodeReader, UserError, yamlDocument } from '#protocol';
import { encodeValue, loadYaml, type Value } from '../value.ts';
import { guildfileError } from './problem.ts';
import { notePosition } from './source-positions.ts';

interface Reading {
  readonly file: string;
  readonly lines: LineCounter;
}

/** A YAML file with the place of each key. Plain words are read as Guild's YAML reads them. Errors: `bad-guildfile`, at the first place that is broken. */
export function parseYaml(text: string, file: string): Value {
  const lines = new LineCounter();
  const doc = orBad(file, () =>
    yamlDocument(text, { version: '1.1', lineCounter: lines, prettyErrors: false, merge: true }),
  );
  const [broken] = doc.errors;
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw guildfileError(broken.message, { file, line, column: col });
  }
  const reader = new NodeReader((node, nodes) => valueOf(node, nodes, { file, lines }));
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
  if (typeof node.value === 'string' && node.type !== 'PLAIN') return node.value;
  if (node.source === undefined || node.source === '') return null;
  // YAML 1.1 has y and n for booleans; Guild's reader, like everybody's flags named n, does not.
  return /^[yn]$/i.test(node.source) ? node.source : loadYaml(node.source);
}

function mapping(
  items: readonly { key: unknown; value: unknown }[],
  nodes: NodeReader,
  reading: Reading,
): Value {
  const made: Record<string, Value> = {};
  for (const { key, value } of items) {
    const name = isScalar(key) ? (key.source ?? String(key.value)) : encodeValue(nodes.value(key));
    if (name === '<<') mergeInto(made, nodes.value(value));
    else {
      made[name] = nodes.value(value);
      const offset = (key as Node).range?.[0];
      if (offset === undefined) continue;
      const { line, col } = reading.lines.linePos(offset);
      notePosition(made, name, { file: reading.file, line, column: col });
    }
  }
  return made;
}

/** YAML's merge key: what the mapping says itself wins, wherever it stands. */
function mergeInto(made: Record<string, Value>, from: Value): void {
  if (Array.isArray(from)) for (const item of from as readonly Value[]) mergeInto(made, item);
  else if (typeof from === 'object' && from !== null)
    for (const [key, value] of Object.entries(from)) made[key] ??= value;
}
