import type { MersenneTwister } from '../random/mersenne-twister.ts';
import type { Acquisition } from './acquisition.ts';
import type { Point, Row, SearchSpace } from './space.ts';
import type { Prediction, Surrogate } from './surrogate.ts';

/** Places at random, and places beside each of the best that are known. */
const ANYWHERE = 1000;
const BESIDE = 60;
const REACHES = [0.1, 0.02, 0.004] as const;
/** The best place found is bettered by rounds of places beside it, nearer and nearer. */
const ROUNDS = [0.1, 0.05, 0.02, 0.01, 0.003, 0.001] as const;
const A_ROUND = 24;

export interface Candidate {
  readonly point: Point;
  readonly row: Row;
  readonly prediction: Prediction;
}

export interface Pool {
  readonly candidates: readonly Candidate[];
  readonly predicted: (point: Point) => Candidate;
  readonly isKnown: (point: Point) => boolean;
  /** How far a place is from the nearest that is known. */
  readonly room: (row: Row) => number;
}

export interface PoolInit {
  readonly space: SearchSpace;
  readonly surrogate: Surrogate;
  /** The best places so far. */
  readonly best: readonly Point[];
  /** Places that were tried, or are. */
  readonly known: readonly Point[];
  readonly random: MersenneTwister;
}

/** Places to choose from, with what the model expects there. None that is known, unless all of the space is. */
export function candidatePool({ space, surrogate, best, known, random }: PoolInit): Pool {
  const taken = new Set(known.map(String));
  const isKnown = (point: Point) => taken.has(String(point));
  const predicted = (point: Point) => {
    const row = space.rowOf(point);
    return { point, row, prediction: surrogate.predict(row) };
  };
  const points = Array.from({ length: ANYWHERE }, () => space.random(random));
  for (const point of best)
    for (let i = 0; i < BESIDE; i++)
      points.push(space.beside(point, REACHES[i % REACHES.length] ?? 0, random));
  const distinct = [...new Map(points.map((point) => [String(point), point])).values()];
  const fresh = distinct.filter((point) => !isKnown(point));
  const candidates = (fresh.length > 0 ? fresh : distinct).map(predicted);
  return { candidates, predicted, isKnown, room: roomAround(known.map((point) => space.rowOf(point))) };
}

function roomAround(rows: readonly Row[]): (row: Row) => number {
  return (own) => {
    let least = Infinity;
    for (const row of rows) {
      let sum = 0;
      for (let i = 0; i < own.length && sum < least; i++) sum += ((row[i] ?? 0) - (own[i] ?? 0)) ** 2;
      least = Math.min(least, sum);
    }
    return least;
  };
}

/**
 * The place that promises most: the best of the pool, bettered by looking closer around it. Of those that promise the same, as all within
 * one cell of a tree do, the one with most room around it.
 */
export function bestPoint(
  pool: Pool,
  acquisition: Acquisition,
  { space, random }: Pick<PoolInit, 'space' | 'random'>,
): Point {
  const { candidates, predicted, isKnown, room } = pool;
  let best = { point: candidates[0]?.point ?? [], score: -Infinity, room: -Infinity };
  const look = ({ point, row, prediction }: Candidate) => {
    const score = acquisition(prediction);
    if (score < best.score) return;
    const around = room(row);
    if (score > best.score || around > best.room) best = { point, score, room: around };
  };
  candidates.forEach(look);
  for (const reach of ROUNDS) {
    const from = best.point;
    for (let i = 0; i < A_ROUND; i++) {
      const point = space.beside(from, reach, random);
      if (!isKnown(point)) look(predicted(point));
    }
  }
  return best.point;
}

/** The place of the pool that is furthest from all that are known. */
export function mostRoom({ candidates, room }: Pool): Point {
  let best = { point: candidates[0]?.point ?? [], room: -Infinity };
  for (const { point, row } of candidates) {
    const around = room(row);
    if (around > best.room) best = { point, room: around };
  }
  return best.point;
}
