import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Coordinated } from '#controller/batch';
import { parsePlain, stringifyPlain, type Expectation } from '#controller/operation';

/** Where a pipeline's run directory has its orders. */
export const PIPELINE_FOLDER = '.guild/pipeline';
export const PIPELINE: Coordinated = { folder: PIPELINE_FOLDER, what: 'pipeline' };

export interface StepOrder {
  /** The name of the link to its run, unlike any other of the pipeline. */
  readonly name: string;
  /** The words of the command line after `run` that start it anew, without the id that it will have. */
  readonly words: readonly string[];
  readonly expect: readonly Expectation[];
  readonly isolateRuns: boolean;
  /** The host that it runs on, if not this one: files that are looked at have to be fetched from there. */
  readonly remote: string | null;
}

/** All that the process of a pipeline needs. Written once, when the pipeline is made. */
export interface PipelineOrders {
  readonly version: 1;
  /** Where the steps' command lines are run: the project. */
  readonly cwd: string;
  readonly steps: readonly StepOrder[];
  /** The steps are the trials of a batch, named by the ids that their runs will have: one that fails doesn't keep the others from running, unless that is asked for. */
  readonly batch?: { readonly failOnTrialError: boolean };
}

export function ordersText(orders: PipelineOrders): string {
  return stringifyPlain(orders);
}

/** The orders in a run directory; null for a run that is no pipeline. Trusts its input: only this program writes it. */
export function readOrders(dir: string): PipelineOrders | null {
  const path = join(dir, PIPELINE_FOLDER, 'orders.json');
  return existsSync(path) ? (parsePlain(readFileSync(path, 'utf8')) as PipelineOrders) : null;
}
