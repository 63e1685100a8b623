import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#files';
import {
  dumpYaml,
  isFinal,
  shortId,
  UserError,
  type Revocation,
  type RunId,
  type RunSpec,
  type RunState,
} from '#protocol';
import type { BlobStore } from '../blobs/index.ts';
import { attemptFiles, isFull, runFiles, syncFolder, type Home } from '../home/index.ts';
import {
  environmentOf,
  exportLines,
  hostAttrs,
  timestamp,
  withoutSecrets,
  type KeyedMutex,
  type Launcher,
  type StopOptions,
} from '../launch/index.ts';
import {
  digestOf,
  forgetSecrets,
  mark,
  releaseReceipts,
  restageRun,
  stageRun,
  stagingDir,
  writeAttrs,
  type StageOptions,
} from '../staging/index.ts';
import { noSuchRun, wrongState } from './no-such-run.ts';
import type { RunRegistry } from './registry.ts';
import type { Revocations } from './revocations.ts';
import { refuseRevoked, revokeRun } from './revoke.ts';

export interface LifecycleContext {
  readonly home: Home;
  readonly host: { readonly hostId: string; readonly hostname: string };
  readonly hostVariables: Readonly<Record<string, string>>;
  readonly expand: (text: string) => string;
  readonly blobs: BlobStore;
  readonly registry: RunRegistry;
  readonly launcher: Launcher;
  readonly locks: KeyedMutex;
  readonly revocations: Revocations;
}

/** What may be done with runs. Every act is idempotent: said again after a cut, it finds itself done. */
export class RunLifecycle {
  readonly #context: LifecycleContext;

  constructor(context: LifecycleContext) {
    this.#context = context;
  }

  /**
   * Makes the run that a spec describes, or the next attempt of one that has ended, and lets it start unless `stage`. Throws
   * `revoked` for what this host gave back, `spec-conflict` when the id has another spec, `still-running` for a restart of what hasn't ended, and what staging throws.
   */
  async put(spec: RunSpec, stage: boolean): Promise<RunState> {
    const { registry, locks } = this.#context;
    const fresh = await locks.run(spec.id, () => {
      // A next attempt of a run that is here was no trial's offer that lost its way: those are first attempts.
      if (spec.attempt === 1 || registry.find(spec.id) === null)
        refuseRevoked(spec, this.#context.revocations);
      return this.#stage(spec, stage ? 'staged' : 'pending');
    });
    if (fresh && !stage) await this.#submit(spec);
    return registry.state(spec.id);
  }

  /** Lets a staged run start; a run that waits, runs or has ended is left alone. */
  async start(id: RunId): Promise<RunState> {
    const { registry, locks } = this.#context;
    const spec = await locks.run(id, async () => {
      const facts = registry.facts(id);
      if (registry.state(id).status !== 'staged' || facts.recorded === null) return null;
      mark(registry.dirOf(id), 'pending');
      return facts.recorded.spec;
    });
    if (spec !== null) await this.#submit(spec);
    return registry.state(id);
  }

  async stop(id: RunId, options: StopOptions): Promise<RunState> {
    const { registry, launcher } = this.#context;
    registry.state(id);
    await launcher.stop(id, options);
    return registry.state(id);
  }

  /** Gives a run back that was not started; `started` when it was, or can't be told from one that was. */
  async revoke(id: RunId, lease: number): Promise<Revocation> {
    const { host, ...context } = this.#context;
    return revokeRun(id, lease, { ...context, hostId: host.hostId });
  }

  /** Stops the trials of a batch that wait or run here; those that wait first, so that none of them starts meanwhile. */
  async stopBatch(batch: RunId, options: StopOptions): Promise<RunState[]> {
    const { registry, launcher } = this.#context;
    const trials = registry.states().filter((state) => state.batch === batch && !isFinal(state.status));
    const stop = (status: RunState['status']) =>
      Promise.all(
        trials.filter((state) => state.status === status).map(({ id }) => launcher.stop(id, options)),
      );
    await stop('pending');
    await stop('running');
    return trials.map(({ id }) => registry.state(id));
  }

  async patchAttrs(id: RunId, attrs: Readonly<Record<string, string | null>>): Promise<RunState> {
    const { registry, locks } = this.#context;
    registry.facts(id);
    await locks.run(id, async () => writeAttrs(registry.dirOf(id), attrs));
    return registry.state(id);
  }

  /** What is left to do when a run has ended: its secrets are forgotten, and it is removed where its success asked for that. */
  async settle({ id, status }: RunState): Promise<void> {
    const { registry, locks } = this.#context;
    const { recorded, receiptOverdue } = registry.facts(id);
    // One whose receipt is still to come has not come to its end.
    if (recorded === null || receiptOverdue) return;
    await locks.run(id, async () => {
      const dir = registry.dirOf(id);
      const { exit } = registry.facts(id);
      releaseReceipts(dir, recorded.spec.attempt);
      forgetSecrets(dir);
      // The supervisor may have had no room for them.
      if (exit !== null && !existsSync(join(runFiles(dir).attrs, 'exit_status')))
        writeAttrs(dir, { exit_status: String(exit.status), stopped: String(exit.at) });
      writeFileSync(attemptFiles(registry.dirOf(id), recorded.spec.attempt).settled, '');
    });
    registry.settled(id);
    const unwanted = recorded.spec.deleteOnSuccess && status === 'completed';
    if (unwanted && !existsSync(runFiles(registry.dirOf(id)).kept)) await this.remove(id, false);
  }

  /** Moves a run to the trash, or with `purge` removes it (from there too) for good. One that is gone already is no error. */
  async remove(id: RunId, purge: boolean): Promise<void> {
    const { home, registry, locks } = this.#context;
    await locks.run(id, async () => {
      const dir = registry.dirOf(id);
      const trashed = join(home.trash, id);
      if (existsSync(dir)) {
        const { status } = registry.state(id);
        if (!isFinal(status) && status !== 'staged')
          throw wrongState(`The run ${id} is ${status}`, 'Stop it first: sortie stop ID');
        makeFolder(home.trash, 0o700);
        if (existsSync(trashed)) await rm(trashed, { recursive: true, force: true });
        moveAway(dir, trashed);
        await syncFolder(home.trash);
        registry.forget(id);
      } else if (!existsSync(trashed) && !purge) throw noSuchRun(id);
      if (purge && existsSync(trashed)) {
        // Out of sight in one step, so that a cut doesn't leave half a run to be restored.
        const doomed = stagingDir(home.staging, id, this.#context.host.hostId);
        moveAway(trashed, doomed);
        await rm(doomed, { recursive: true, force: true });
      }
    });
  }

  async restore(id: RunId): Promise<RunState> {
    const { home, registry, locks } = this.#context;
    await locks.run(id, async () => {
      const trashed = join(home.trash, id);
      if (existsSync(registry.dirOf(id))) return;
      if (!existsSync(trashed)) throw noSuchRun(id);
      writeFileSync(runFiles(trashed).kept, '');
      makeFolder(home.runs, 0o700);
      renameSync(trashed, registry.dirOf(id));
      await syncFolder(home.runs);
    });
    return registry.state(id);
  }

  /** Returns true when there is a new attempt now. */
  async #stage(spec: RunSpec, as: 'pending' | 'staged'): Promise<boolean> {
    const { registry, home } = this.#context;
    const dir = join(home.runs, spec.id);
    if (!existsSync(runFiles(dir).opref)) {
      const options = this.#stageOptions(spec, as);
      const attrs = {
        ...hostAttrs(),
        id: dumpYaml(spec.id),
        initialized: String(timestamp()),
        ...options.attrs,
      };
      await stageRun(spec, this.#context, { ...options, attrs });
      return true;
    }
    const recorded = registry.find(spec.id)?.recorded ?? null;
    if (recorded !== null && recorded.spec.attempt === spec.attempt && recorded.digest === digestOf(spec))
      return false;
    if (recorded === null || recorded.spec.attempt + 1 !== spec.attempt) throw conflict(spec);
    const { status } = registry.state(spec.id);
    if (!isFinal(status) && status !== 'staged')
      throw new UserError({
        code: 'still-running',
        message: `cannot restart run ${spec.id} because it's ${status}`,
        hint: "Use 'sortie stop ID' to stop it first and try again.",
      });
    // The observer of the attempt before has to be done with it.
    await registry.watches.done(spec.id);
    if (registry.isUnjoined(spec.id))
      throw new UserError({
        code: 'no-space',
        message: `the output of run ${shortId(spec.id)} could not be joined to its end yet`,
        hint: 'Free some space on its disk and try again.',
      });
    await restageRun(spec, this.#context, this.#stageOptions(spec, as));
    return true;
  }

  #stageOptions(spec: RunSpec, as: 'pending' | 'staged'): StageOptions {
    const { home, hostVariables: host, expand } = this.#context;
    const dir = join(home.runs, spec.id);
    const environment = environmentOf(spec, { host, home: home.root, dir, expand, granted: {} });
    return {
      as,
      // Guild orders staged runs by when they were staged.
      attrs: as === 'staged' ? { started: String(timestamp()) } : {},
      env: exportLines(withoutSecrets(environment, spec.environment.secrets)),
    };
  }

  /** Lets the queue have a run that waits now, and waits for its start where that comes at once. */
  async #submit({ id }: RunSpec): Promise<void> {
    const { locks, registry } = this.#context;
    registry.refresh(id);
    // A start that the queue has begun holds the run's lock: when it is free, the run runs or waits.
    await locks.run(id, async () => undefined);
  }
}

/** On a full disk a run's output makes room for what moving the run takes. */
function moveAway(dir: string, to: string): void {
  try {
    renameSync(dir, to);
  } catch (error) {
    if (!isFull(error)) throw error;
    rmSync(runFiles(dir).output, { force: true });
    renameSync(dir, to);
  }
}

function conflict(spec: RunSpec): UserError {
  return new UserError({
    code: 'spec-conflict',
    message: `run ${spec.id} exists with another specification`,
    hint: 'Start a new run instead, with --proto to use the operation, flags and source of this one.',
  });
}
