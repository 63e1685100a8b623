import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dumpYaml, isFinal, UserError, type RunId, type RunSpec } from '#protocol';
import {
  attemptFiles,
  fault,
  hasCode,
  isFull,
  runFiles,
  writeDurably,
  writeReserved,
  type AttemptFiles,
  type Home,
} from '../home/index.ts';
import type { Platform } from '../platform/index.ts';
import { processesOf, stopTree } from '../process/index.ts';
import { clearOutcome, writeAttrs } from '../staging/index.ts';
import {
  CLAIM_GRACE_MS,
  deriveOutcome,
  STOPPED_WAITING,
  stoppedStatus,
  type FactsReader,
  type Intent,
  type Problem,
  type RunFacts,
  type Stop,
} from '../state/index.ts';
import { timestamp } from './attrs.ts';
import { commandOf } from './command.ts';
import { environmentOf, withoutSecrets, type Variables } from './environment.ts';
import type { KeyedMutex } from './keyed-mutex.ts';
import type { Grant, Launcher, StopOptions } from './launcher.ts';
import { pythonAttrs, recordPackages } from './record-python.ts';
import { runProcesses } from './run-processes.ts';

/** How much later than the agent the supervisor itself enforces a time limit, in s: only when no agent did. */
const LIMIT_SLACK_S = 120;
/** From TERM to KILL at a time limit, in ms: Guild's. */
export const LIMIT_GRACE_MS = 30_000;

export interface LauncherContext {
  readonly home: Home;
  readonly platform: Platform;
  readonly facts: FactsReader;
  /** The environment that this host gives to runs. */
  readonly hostVariables: Variables;
  /** The supervisor's script and what else runs need on disk; `restore` lays anew what was removed. */
  readonly assets: { readonly supervisor: string; readonly restore: () => void };
  readonly expand: (text: string) => string;
  /** One writer a run directory: shared with whoever else changes runs. */
  readonly locks: KeyedMutex;
  /** Called when a run's facts have changed. */
  readonly onChange: (id: RunId) => void;
}

/** Starts runs on this host, each under an `sh` supervisor that outlives the agent. */
export class LocalLauncher implements Launcher {
  readonly #context: LauncherContext;
  readonly #supervisors = new Map<RunId, ChildProcess>();
  /** What was sent to the processes of runs that are being stopped. */
  readonly #sent = new Map<RunId, Set<string>>();

  constructor(context: LauncherContext) {
    this.#context = context;
  }

  /** True from the moment a supervisor was started here until it has ended. */
  isStarting(id: RunId): boolean {
    return this.#supervisors.has(id);
  }

  isAlive(id: RunId): boolean {
    const facts = this.#facts(id);
    return this.#supervisors.has(id) || (facts !== null && deriveOutcome(facts).status === 'running');
  }

  /** True when processes that carry the run's tag, or are in its session, are alive, whatever its receipts say. */
  anythingLeft(id: RunId): boolean {
    const { platform } = this.#context;
    return processesOf(platform.processes(), runProcesses(this.#facts(id), id, platform)).length > 0;
  }

  async start(id: RunId, grant: Grant): Promise<void> {
    await this.#context.locks.run(id, () => this.#start(id, grant));
    this.#context.onChange(id);
  }

  async refuse(id: RunId, reason: string): Promise<void> {
    await this.#context.locks.run(id, async () => {
      const facts = this.#facts(id);
      if (facts === null || facts.recorded === null || facts.claimAge !== null) return;
      if (deriveOutcome(facts).status !== 'pending') return;
      const dir = join(this.#context.home.runs, id);
      await this.#recordProblem(dir, facts.recorded.spec, { kind: 'error', message: reason });
    });
    this.#context.onChange(id);
  }

  async stop(id: RunId, options: StopOptions): Promise<void> {
    const { first = 'TERM', graceMs, signal, why = 'stop' } = options;
    const stop = { why, graceMs, signal: first };
    const running = await this.#context.locks.run(id, async () => this.#recordStop(id, stop));
    const sent = this.#sent.get(id) ?? new Set();
    this.#sent.set(id, sent);
    try {
      if (running)
        await stopTree({
          platform: this.#context.platform,
          look: () => runProcesses(this.#facts(id), id, this.#context.platform),
          finishing: () => this.#finishing(id),
          first,
          graceMs,
          sent,
          signal,
        });
    } finally {
      this.#sent.delete(id);
    }
    this.#context.onChange(id);
  }

  #facts(id: RunId): RunFacts | null {
    const { home, facts } = this.#context;
    return facts.read(join(home.runs, id));
  }

  #finishing(id: RunId): boolean {
    const facts = this.#facts(id);
    if (facts === null || facts.exit !== null) return false;
    const starting = facts.supervisor === null && facts.claimAge !== null && facts.claimAge < CLAIM_GRACE_MS;
    return facts.supervisorAlive || starting;
  }

  /** Returns true when there is something running that has to be ended. What lives is signalled whether or not that could be recorded. */
  async #recordStop(id: RunId, stop: Stop & { readonly graceMs: number }): Promise<boolean> {
    const facts = this.#facts(id);
    const spec = facts?.recorded?.spec;
    if (facts === null || spec === undefined || isFinal(deriveOutcome(facts).status)) return false;
    const dir = join(this.#context.home.runs, id);
    const attempt = attemptFiles(dir, spec.attempt);
    const recorded =
      facts.stop === null
        ? writeReserved(attempt.stop, JSON.stringify({ ...stop, at: timestamp() }))
        : Promise.resolve();
    // Without a claim it waits, and nothing is lost by telling of a disk that refuses.
    if (facts.claimAge === null) await recorded;
    else await recorded.catch((error: unknown) => console.error(`Cannot record the stop of ${id}:`, error));
    fault('stop-recorded');
    // Who has the claim decides: with it in our hands, no supervisor can start the run any more.
    if (facts.claimAge !== null || !claim(attempt)) return true;
    await this.#recordProblem(dir, spec, { kind: 'terminated', message: STOPPED_WAITING });
    return false;
  }

  async #recordProblem(dir: string, spec: RunSpec, problem: Omit<Problem, 'at'>): Promise<void> {
    const at = timestamp();
    await writeReserved(attemptFiles(dir, spec.attempt).problem, JSON.stringify({ ...problem, at }));
    unmark(dir);
    try {
      const stopped = () => String(stoppedStatus(this.#facts(spec.id)?.stop ?? null));
      writeAttrs(dir, {
        stopped: String(at),
        exit_status: problem.kind === 'terminated' ? stopped() : '1',
      });
    } catch (error) {
      // They only repeat it for Guild's tools.
      if (!isFull(error)) throw error;
    }
  }

  async #start(id: RunId, grant: Grant): Promise<void> {
    const facts = this.#facts(id);
    const recorded = facts?.recorded ?? null;
    if (facts === null || recorded === null || this.#supervisors.has(id)) return;
    if (facts.claimAge !== null || deriveOutcome(facts).status !== 'pending') return;
    const { spec } = recorded;
    const dir = join(this.#context.home.runs, id);
    try {
      await this.#launch(spec, dir, grant);
    } catch (error) {
      // Whatever it was, the run must not wait for ever without a word: its outcome says why.
      await this.#recordProblem(dir, spec, { kind: 'error', message: describe(error) });
      if (!(error instanceof UserError)) console.error(`Cannot launch ${id}:`, error);
    }
  }

  async #launch(spec: RunSpec, dir: string, grant: Grant): Promise<void> {
    const { home, platform, hostVariables: host, assets, expand } = this.#context;
    assets.restore();
    const granted = grant.variables;
    const environment = environmentOf(spec, { host, home: home.root, dir, expand, granted });
    const { command, python } = await commandOf(spec, { environment, dir, expand });
    const record = python === null ? null : { python, environment, expand };
    const attempt = attemptFiles(dir, spec.attempt);
    if (spec.attempt > 1) clearOutcome(dir);
    const at = timestamp();
    writeAttrs(dir, {
      started: String(at),
      env: dumpYaml(withoutSecrets(environment, spec.environment.secrets)),
      ...(record === null ? {} : pythonAttrs(spec, record)),
    });
    if (spec.environment.init !== undefined)
      writeFileSync(attempt.init, `${spec.environment.init}\n`, { mode: 0o600 });
    fault('before-intent');
    const outputFrom = statSync(runFiles(dir).output).size;
    for (const path of [attempt.stdout, attempt.stderr]) writeFileSync(path, '');
    const intent: Intent = { devices: [...grant.devices], memory: platform.memoryKills(), outputFrom, at };
    await writeDurably(attempt.intent, JSON.stringify(intent));
    fault('after-intent');
    const limit =
      spec.stopAfterMinutes === null ? '' : String(Math.ceil(spec.stopAfterMinutes * 60) + LIMIT_SLACK_S);
    const child = spawn(
      '/bin/sh',
      [
        assets.supervisor,
        dir,
        String(spec.attempt),
        spec.id,
        limit,
        String(LIMIT_GRACE_MS / 1000),
        intent.memory?.file ?? '',
        process.env['SORTIE_FAULT'] ?? '',
        ...command,
      ],
      {
        cwd: dir,
        env: { ...environment },
        detached: true,
        stdio: ['ignore', 'ignore', 'ignore', ...(grant.descriptors ?? [])],
      },
    );
    await this.#adopt(child, spec, dir);
    fault('after-spawn');
    unmark(dir);
    // The start never waits for it.
    if (record !== null) void recordPackages(spec, record, { dir, locks: this.#context.locks });
  }

  /** A supervisor that ended without a claim, when nobody else has it either, could not make one. */
  async #afterEnd(spec: RunSpec, dir: string): Promise<void> {
    if (this.#facts(spec.id)?.claimAge !== null) return;
    const message = 'the run could not be started: cannot write to its directory';
    await this.#recordProblem(dir, spec, { kind: 'error', message });
  }

  /** Resolves once the supervisor runs; its end is told to whoever listens for changes. */
  #adopt(child: ChildProcess, spec: RunSpec, dir: string): Promise<void> {
    const { id } = spec;
    child.unref();
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => {
        this.#supervisors.set(id, child);
        resolve();
      });
      child.once('exit', () => {
        this.#supervisors.delete(id);
        this.#afterEnd(spec, dir).then(
          () => this.#context.onChange(id),
          (error: unknown) => console.error(`Cannot record the end of ${id}:`, error),
        );
      });
    });
  }
}

/** Takes the claim of an attempt, on a full disk in the place of what was kept for it. False when somebody else has it. */
function claim({ claim: path, spare }: AttemptFiles): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    if (!isFull(error)) throw error;
    rmdirSync(spare);
    mkdirSync(path);
    return true;
  }
}

function unmark(dir: string): void {
  const files = runFiles(dir);
  rmSync(files.pending, { force: true });
  rmSync(files.staged, { force: true });
}

function describe(error: unknown): string {
  if (error instanceof UserError)
    return error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}
