import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { shortId, type StopSignal } from '#protocol';
import type { Prompter } from '#controller/remotes';
import { unexpected } from './expectations.ts';
import type { PipelineOrders, StepOrder } from './orders.ts';
import { stopStep } from './stop-step.ts';
import { runCommand } from './run-command.ts';

export interface PipelineInit {
  readonly orders: PipelineOrders;
  /** The pipeline's run directory, and the home that it is in. */
  readonly dir: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** Answers what hosts ask, where somebody has. */
  readonly prompter: Prompter | null;
  /** On a restart, steps that completed are left as they are. */
  readonly needed: boolean;
  readonly log: (line: string) => void;
}

/** Guild's exit status for a step that left something else than expected. */
const UNEXPECTED = 3;
/** Every step has these; saying so would only hide the rest. */
const HIDDEN: readonly string[] = ['--yes', '--keep-batch'];

/** Steps one after the other, each a run of its own beside the pipeline's, with a link to it under the step's name. */
export class Pipeline {
  readonly #init: PipelineInit;
  #current: { readonly id: string; readonly remote: string | null } | null = null;
  #stopping: Promise<unknown> | null = null;
  #stoppedBy: StopSignal | null = null;

  constructor(init: PipelineInit) {
    this.#init = init;
  }

  /** The exit status of the first step that failed; 0 when all completed. Of a batch 1, or that of the trial where it asks to end with it. */
  async run(): Promise<number> {
    const { steps, batch } = this.#init.orders;
    let failed = 0;
    for (const step of steps) {
      const code = await this.#runStep(step);
      if (this.#stopping !== null) {
        await this.#stopping;
        return this.#stoppedStatus;
      }
      if (code === 0) continue;
      if (batch === undefined) return code;
      this.#init.log(
        `ERROR: [sortie] Trial ${shortId(step.name)} exited with an error (${code}) - see 'sortie cat ${shortId(step.name)}'`,
      );
      if (batch.failOnTrialError) return code;
      failed += 1;
    }
    if (failed > 0)
      this.#init.log(
        `ERROR: [sortie] ${failed} of ${steps.length} trials did not complete (${failed} failed)`,
      );
    return failed > 0 ? 1 : 0;
  }

  /** Ends the step that runs now, and with it the pipeline. */
  async stop(first: StopSignal): Promise<void> {
    this.#stoppedBy ??= first;
    const { home, env, orders, log, prompter } = this.#init;
    const step = this.#current;
    this.#stopping ??=
      step === null
        ? Promise.resolve()
        : stopStep(step.id, { home, env, cwd: orders.cwd, remote: step.remote, prompter, first }).catch(
            (error: unknown) =>
              log(
                `ERROR: [sortie] cannot stop ${step.id}: ${error instanceof Error ? error.message : String(error)}`,
              ),
          );
    await this.#stopping;
  }

  /** As of a process that the signal ended. */
  get #stoppedStatus(): number {
    return this.#stoppedBy === 'INT' ? 130 : 143;
  }

  async #runStep(step: StepOrder): Promise<number> {
    const { dir, home, log, needed, orders } = this.#init;
    const isTrial = orders.batch !== undefined;
    const link = join(dir, step.name);
    const before = linkedRun(link, home);
    if (before !== null && needed && completed(join(home, 'runs', before))) {
      if (!isTrial) log('Skipping run because flags have not changed (--needed specified)');
      return 0;
    }
    const id = before ?? (isTrial ? step.name : randomUUID().replaceAll('-', ''));
    if (before === null) {
      rmSync(link, { force: true });
      symlinkSync(`../${id}`, link);
    }
    this.#current = { id, remote: step.remote };
    const shown = step.words.filter((word) => !HIDDEN.includes(word)).join(' ');
    log(`INFO: [sortie] ${isTrial ? `Running trial ${shortId(id)}` : `running ${step.name}`}: ${shown}`);
    const words =
      before === null
        ? ['run', ...step.words, '--run-id', id]
        : ['run', '--restart', id, '--yes', '--keep-batch'];
    const code = await runCommand(words, this.#place(step.isolateRuns));
    this.#current = null;
    // A step that wasn't needed made no run.
    if (!existsSync(join(home, 'runs', id))) {
      rmSync(link, { force: true });
      return code;
    }
    // A trial may only have been staged.
    if (code !== 0 || isTrial) return code;
    return hasEnded(join(home, 'runs', id)) ? this.#check(step, id) : this.#stoppedStatus;
  }

  async #check(step: StepOrder, id: string): Promise<number> {
    const { home, log, orders } = this.#init;
    const run = join(home, 'runs', id);
    for (const expectation of step.expect) {
      if (expectation.kind === 'file' && step.remote !== null)
        await runCommand(['pull', id, '--select', expectation.file], this.#place(true));
      const problem = unexpected(expectation, {
        output: () => readIfThere(join(run, '.guild/output'))?.toString('utf8') ?? '',
        file: (path) => readIfThere(join(run, path)),
        reference: (path) => readIfThere(resolve(orders.cwd, path)),
      });
      if (problem === null) continue;
      log(`ERROR: [sortie] step ${step.name}: ${problem}`);
      return UNEXPECTED;
    }
    return 0;
  }

  #place(isolateRuns: boolean) {
    const { dir, home, env, orders } = this.#init;
    const { GUILD_RUNS_PARENT: _outer, ...others } = env;
    return {
      cwd: orders.cwd,
      env: {
        ...others,
        SORTIE_HOME: home,
        // What it says is part of a log.
        SORTIE_WITHIN_RUN: basename(dir),
        ...(isolateRuns ? { GUILD_RUNS_PARENT: basename(dir) } : {}),
      },
    };
  }
}

/** The run that a step had before, where the pipeline is restarted. */
function linkedRun(link: string, home: string): string | null {
  try {
    const id = basename(readlinkSync(link));
    return existsSync(join(home, 'runs', id, '.guild/opref')) ? id : null;
  } catch {
    return null;
  }
}

function completed(run: string): boolean {
  return readIfThere(join(run, '.guild/attrs/exit_status'))?.toString('utf8').trim() === '0';
}

/** A command line that was told to leave does so with 0, and its run goes on. */
function hasEnded(run: string): boolean {
  return existsSync(join(run, '.guild/attrs/exit_status'));
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
