import type { CharacterSet } from './characters.ts';
import { PythonRegexError } from './cursor.ts';
import { firstOf, hasGroups, isAnchored, widthOf, type Node, type Place } from './node.ts';

/** One step of a program. `next` is where it goes on. */
type Step =
  | { readonly op: 'set'; readonly set: CharacterSet }
  /** Tries the one, and where that comes to nothing the other. `id` tells splits from one another. */
  | { readonly op: 'split'; readonly id: number; one: number; other: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  /** Leaves a loop whose round has matched nothing. */
  | { readonly op: 'progress'; readonly slot: number; exit: number }
  | { readonly op: 'place'; readonly place: Place }
  | {
      readonly op: 'look';
      readonly negated: boolean;
      readonly back: number;
      readonly keeps: boolean;
      next: number;
    }
  | { readonly op: 'atomic'; next: number }
  | { readonly op: 'reference'; readonly group: number; readonly ignoreCase: boolean }
  /** The end of a look or of an atomic group. */
  | { readonly op: 'part' }
  | { readonly op: 'match' };

/** Steps by number, which are told apart fastest. */
export const OPS = {
  set: 0,
  split: 1,
  jump: 2,
  save: 3,
  progress: 4,
  place: 5,
  look: 6,
  atomic: 7,
  reference: 8,
  part: 9,
  match: 10,
} as const satisfies Readonly<Record<Step['op'], number>>;

/** Steps as three arrays: what each is, and two numbers, which its kind gives a meaning. */
export interface Program {
  readonly ops: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** Of steps `split`: which of the splits it is. Of looks: how far it looks back. */
  readonly c: Int32Array;
  readonly sets: readonly CharacterSet[];
  readonly places: readonly Place[];
  readonly looks: readonly { readonly negated: boolean; readonly keeps: boolean }[];
  readonly splits: number;
  /** Two for each group, and one for each loop that has to be watched. */
  readonly slots: number;
  /** What has failed at a place fails there always: not so where it depends on what groups took. */
  readonly remembers: boolean;
  readonly first: readonly CharacterSet[] | null;
  readonly isAnchored: boolean;
}

/** Counted repetitions are written out; what comes to more steps than this is refused. */
const MOST_STEPS = 5000;

/** Writes a pattern as steps. Throws PythonRegexError for one that is too large. */
export function compileProgram(node: Node, groups: number): Program {
  const writer = new Writer(2 * groups);
  writer.write(node);
  writer.add({ op: 'match' });
  const { steps, splits, slots } = writer;
  return {
    ...assembled(steps),
    splits,
    slots,
    remembers: !steps.some(({ op }) => op === 'reference'),
    first: firstOf(node),
    isAnchored: isAnchored(node),
  };
}

function assembled(
  steps: readonly Step[],
): Pick<Program, 'ops' | 'a' | 'b' | 'c' | 'sets' | 'places' | 'looks'> {
  const sets: CharacterSet[] = [];
  const places: Place[] = [];
  const looks: Program['looks'][number][] = [];
  const numbers = steps.map((step): readonly [number, number, number] => {
    switch (step.op) {
      case 'set':
        return [sets.push(step.set) - 1, 0, 0];
      case 'split':
        return [step.one, step.other, step.id];
      case 'jump':
        return [step.to, 0, 0];
      case 'save':
        return [step.slot, 0, 0];
      case 'progress':
        return [step.slot, step.exit, 0];
      case 'place':
        return [places.push(step.place) - 1, 0, 0];
      case 'look':
        return [looks.push({ negated: step.negated, keeps: step.keeps }) - 1, step.next, step.back];
      case 'atomic':
        return [0, step.next, 0];
      case 'reference':
        return [step.group, Number(step.ignoreCase), 0];
      case 'part':
      case 'match':
        return [0, 0, 0];
    }
  });
  return {
    ops: Uint8Array.from(steps, ({ op }) => OPS[op]),
    a: Int32Array.from(numbers, ([a]) => a),
    b: Int32Array.from(numbers, ([, b]) => b),
    c: Int32Array.from(numbers, ([, , c]) => c),
    sets,
    places,
    looks,
  };
}

class Writer {
  readonly steps: Step[] = [];
  splits = 0;
  slots: number;

  constructor(slots: number) {
    this.slots = slots;
  }

  add<S extends Step>(step: S): S {
    if (this.steps.length >= MOST_STEPS)
      throw new PythonRegexError(`the pattern comes to more than ${MOST_STEPS} steps`);
    this.steps.push(step);
    return step;
  }

  write(node: Node): void {
    switch (node.kind) {
      case 'set':
        this.add({ op: 'set', set: node.set });
        break;
      case 'place':
        this.add({ op: 'place', place: node.place });
        break;
      case 'reference':
        this.add({ op: 'reference', group: node.group, ignoreCase: node.ignoreCase });
        break;
      case 'sequence':
        for (const each of node.nodes) this.write(each);
        break;
      case 'choice':
        this.#choice(node.nodes);
        break;
      case 'repeat':
        this.#repeat(node);
        break;
      case 'group':
        this.add({ op: 'save', slot: 2 * node.group - 2 });
        this.write(node.node);
        this.add({ op: 'save', slot: 2 * node.group - 1 });
        break;
      case 'atomic':
        this.#part(this.add({ op: 'atomic', next: 0 }), node.node);
        break;
      case 'ahead':
      case 'behind': {
        const back = node.kind === 'behind' ? node.width : 0;
        const keeps = !node.negated && hasGroups(node.node);
        this.#part(this.add({ op: 'look', negated: node.negated, back, keeps, next: 0 }), node.node);
        break;
      }
    }
  }

  #part(step: { next: number }, node: Node): void {
    this.write(node);
    this.add({ op: 'part' });
    step.next = this.steps.length;
  }

  #split(lazy: boolean): { readonly inside: (to: number) => void; readonly outside: (to: number) => void } {
    const step = this.add({ op: 'split', id: this.splits, one: 0, other: 0 });
    this.splits += 1;
    return {
      inside: (to) => (lazy ? (step.other = to) : (step.one = to)),
      outside: (to) => (lazy ? (step.one = to) : (step.other = to)),
    };
  }

  #choice(nodes: readonly Node[]): void {
    const jumps: { to: number }[] = [];
    for (const [index, node] of nodes.entries()) {
      if (index === nodes.length - 1) {
        this.write(node);
        break;
      }
      const split = this.#split(false);
      split.inside(this.steps.length);
      this.write(node);
      jumps.push(this.add({ op: 'jump', to: 0 }));
      split.outside(this.steps.length);
    }
    for (const jump of jumps) jump.to = this.steps.length;
  }

  #repeat({ node, least, most, lazy }: Extract<Node, { readonly kind: 'repeat' }>): void {
    for (let round = 0; round < least; round += 1) this.write(node);
    if (most === Infinity) return this.#loop(node, lazy);
    const exits: ((to: number) => void)[] = [];
    for (let round = least; round < most; round += 1) {
      const split = this.#split(lazy);
      split.inside(this.steps.length);
      exits.push(split.outside);
      this.write(node);
    }
    for (const exit of exits) exit(this.steps.length);
  }

  #loop(node: Node, lazy: boolean): void {
    const top = this.steps.length;
    const split = this.#split(lazy);
    split.inside(this.steps.length);
    const [least] = widthOf(node);
    const slot = least === 0 ? this.slots++ : null;
    if (slot !== null) this.add({ op: 'save', slot });
    this.write(node);
    const watch = slot === null ? null : this.add({ op: 'progress', slot, exit: 0 });
    this.add({ op: 'jump', to: top });
    split.outside(this.steps.length);
    if (watch !== null) watch.exit = this.steps.length;
  }
}
