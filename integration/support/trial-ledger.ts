import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';

/** One start of a trial: what it held, where, and from when to when (ns since the epoch; `end` is null for one that was killed). */
export interface Held {
  readonly x: number;
  readonly home: string;
  readonly devices: readonly string[];
  readonly start: number;
  readonly end: number | null;
}

/** A file outside of all hosts to which trials write when they start and when they end, so that one that ran twice is seen wherever it ran. */
export class TrialLedger {
  readonly #path: string;

  /**
   * Puts an operation `train` with a flag `x` into the laptop's project; each trial of it takes `seconds` (or what that says in sh), and on the host
   * whose home is `held` it ends no sooner than there have been so many starts anywhere.
   */
  constructor(
    lab: Lab,
    {
      seconds,
      held,
    }: {
      readonly seconds: number | string;
      readonly held?: { readonly home: string; readonly starts: number };
    },
  ) {
    this.#path = join(lab.dir, 'ledger');
    lab.put('guild.yml', 'train:\n  exec: sh train.sh ${x}\n  flags:\n    x: 0\n');
    const say = (word: string) =>
      `echo "${word} $1 $$ $HOME \${CUDA_VISIBLE_DEVICES:--} $(date +%s%N)" >>'${this.#path}'`;
    const wait =
      held &&
      `test "$HOME" != '${held.home}' || until test $(grep -c start '${this.#path}') -ge ${held.starts}; do sleep 0.05; done`;
    lab.put(
      'train.sh',
      [say('start'), `sleep ${seconds}`, wait ?? ':', 'echo "loss: $1"', say('end'), ''].join('\n'),
    );
  }

  /** The power of a host went: nothing that runs there goes on. */
  powerWent(home: string): void {
    appendFileSync(this.#path, `off - - ${home} - ${Date.now() * 1e6}\n`);
  }

  /** When the power of a host went, ns since the epoch. */
  get powerCuts(): readonly { readonly home: string; readonly at: number }[] {
    return this.#words()
      .filter(([word]) => word === 'off')
      .map(([, , , home = '', , at]) => ({ home, at: Number(at) }));
  }

  /** How many trials have started so far, again-started ones counted again. */
  get starts(): number {
    return this.#words().filter(([word]) => word === 'start').length;
  }

  /** Every start, in the order in which they happened. */
  get held(): readonly Held[] {
    const all = this.#words();
    return all
      .filter(([word]) => word === 'start')
      .map(([, x, pid, home = '', devices = '', start]) => {
        const end = all.find(
          ([word, x2, pid2, home2]) => word === 'end' && x2 === x && pid2 === pid && home2 === home,
        );
        return {
          x: Number(x),
          home,
          devices: devices.split(','),
          start: Number(start),
          end: end === undefined ? null : Number(end[5]),
        };
      });
  }

  /** Starts of a trial that had started before, though no loss of power had ended what was started then. */
  get repeated(): readonly Held[] {
    const offs = this.#words().filter(([word]) => word === 'off');
    return this.held.filter(({ x, start }, place) => {
      const before = this.held.slice(0, place).findLast((each) => each.x === x);
      return (
        before !== undefined &&
        !offs.some(
          ([, , , home, , at]) => home === before.home && Number(at) > before.start && Number(at) < start,
        )
      );
    });
  }

  /** Pairs of starts that held one device of one host at the same time. */
  get clashes(): readonly (readonly [Held, Held])[] {
    return this.clashesBy(() => null);
  }

  /** The same, where something else knows when a start ended (ns) that wrote no end itself. */
  clashesBy(known: (held: Held) => number | null): readonly (readonly [Held, Held])[] {
    const offs = this.#words().filter(([word]) => word === 'off');
    const endOf = (held: Held) => held.end ?? known(held) ?? endByPower(held);
    const endByPower = ({ home, start }: Held) =>
      Number(offs.find(([, , , of, , at]) => of === home && Number(at) >= start)?.[5] ?? Infinity);
    return this.held.flatMap((a, place) =>
      this.held
        .slice(place + 1)
        .filter(
          (b) =>
            a.home === b.home &&
            a.start < endOf(b) &&
            b.start < endOf(a) &&
            a.devices.some((device) => device !== '-' && b.devices.includes(device)),
        )
        .map((b) => [a, b] as const),
    );
  }

  #words(): string[][] {
    if (!existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => line.split(' '));
  }
}
