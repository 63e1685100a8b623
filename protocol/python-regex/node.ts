import type { CharacterSet } from './characters.ts';

/** What a place has to be. `end` is Python's `$`: the end of the text, or a newline that is its last character. */
export type Place =
  | 'start'
  | 'line-start'
  | 'end'
  | 'line-end'
  | 'very-end'
  | 'boundary'
  | 'ascii-boundary'
  | 'no-boundary'
  | 'no-ascii-boundary';

/** A part of a pattern. */
export type Node =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
  | { readonly kind: 'choice'; readonly nodes: readonly Node[] }
  | {
      readonly kind: 'repeat';
      readonly node: Node;
      readonly least: number;
      /** Infinity where there is no limit. */
      readonly most: number;
      readonly lazy: boolean;
    }
  | { readonly kind: 'group'; readonly group: number; readonly node: Node }
  | { readonly kind: 'atomic'; readonly node: Node }
  | { readonly kind: 'ahead'; readonly node: Node; readonly negated: boolean }
  /** Looks at so many characters before the place. */
  | { readonly kind: 'behind'; readonly node: Node; readonly negated: boolean; readonly width: number }
  | { readonly kind: 'reference'; readonly group: number; readonly ignoreCase: boolean };

/** How many characters a part can match at the least and at the most; a reference may be any. */
export function widthOf(node: Node): readonly [number, number] {
  switch (node.kind) {
    case 'set':
      return [1, 1];
    case 'place':
    case 'ahead':
    case 'behind':
      return [0, 0];
    case 'reference':
      return [0, Infinity];
    case 'group':
    case 'atomic':
      return widthOf(node.node);
    case 'sequence':
      return node.nodes.map(widthOf).reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
    case 'choice': {
      const widths = node.nodes.map(widthOf);
      return [Math.min(...widths.map(([least]) => least)), Math.max(...widths.map(([, most]) => most))];
    }
    case 'repeat': {
      const [least, most] = widthOf(node.node);
      return [least * node.least, most === 0 ? 0 : most * node.most];
    }
  }
}

export function hasGroups(node: Node): boolean {
  switch (node.kind) {
    case 'group':
      return true;
    case 'sequence':
    case 'choice':
      return node.nodes.some(hasGroups);
    case 'repeat':
    case 'atomic':
    case 'ahead':
    case 'behind':
      return hasGroups(node.node);
    case 'set':
    case 'place':
    case 'reference':
      return false;
  }
}

/** Whether a character can be the first of a match, by a set; null where a match may be empty or begin with anything. */
export function firstOf(node: Node): readonly CharacterSet[] | null {
  switch (node.kind) {
    case 'set':
      return [node.set];
    case 'group':
    case 'atomic':
      return firstOf(node.node);
    case 'sequence': {
      const first = node.nodes.find((each) => widthOf(each)[1] > 0);
      return first === undefined ? null : firstOf(first);
    }
    case 'choice': {
      const firsts = node.nodes.map(firstOf);
      return firsts.includes(null) ? null : firsts.flatMap((sets) => sets ?? []);
    }
    case 'repeat':
      return node.least > 0 ? firstOf(node.node) : null;
    case 'place':
    case 'ahead':
    case 'behind':
    case 'reference':
      return null;
  }
}

/** Whether it can only match at the text's start. */
export function isAnchored(node: Node): boolean {
  if (node.kind === 'place') return node.place === 'start';
  if (node.kind === 'sequence') return node.nodes[0] !== undefined && isAnchored(node.nodes[0]);
  return node.kind === 'group' && isAnchored(node.node);
}
