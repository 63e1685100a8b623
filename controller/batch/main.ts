/** The program of a batch's run: reads its orders, feeds trials to hosts, ends with the batch. Its own output is the batch's log. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { StopSignal } from '#protocol';
import { callersEnvironment } from '#controller/dispatch';
import { withSecrets } from '#controller/operation';
import {
  loadUserConfig,
  localHost,
  openHost,
  takeTyped,
  typedPrompter,
  type OpenedHost,
  type Progress,
} from '#controller/remotes';
import { parseObjective } from '#controller/runs';
import { BATCH_FOLDER, readBatch, type BatchFile, type Trial } from './batch-file.ts';
import { treeFromBlobs } from './blob-tree.ts';
import { Coordinator } from './coordinator.ts';
import { Journal } from './journal.ts';
import { LearnedTrials } from './learned-trials.ts';
import { giveSignOfLife } from './sign-of-life.ts';
import { clearStopped, markStopped } from './stop-mark.ts';
import { transferLog } from './transfer-words.ts';
import { fixedTrials, type TrialBook } from './trial-book.ts';
import { Worker } from './worker.ts';

async function main(agentProgram: string | undefined): Promise<number> {
  const dir = process.cwd();
  const home = process.env['GUILD_HOME'] ?? join(dir, '../..');
  const written = readBatch(join(dir, BATCH_FOLDER, 'batch.json'));
  const batch = { ...written, plan: withSecrets(written.plan, process.env) };
  const stopping = new AbortController();
  clearStopped(dir);
  const stop = (signal: StopSignal) => {
    markStopped(dir);
    stopping.abort(signal);
  };
  process.on('SIGTERM', () => stop('TERM'));
  process.on('SIGINT', () => stop('INT'));
  const env = callersEnvironment(process.env);
  const closing = new AbortController();
  const log = (line: string) => process.stdout.write(`${line}\n`);
  const book = trialBook(batch, { dir, log });
  const coordinator = new Coordinator({
    batch,
    book,
    objective: parseObjective(batch.learn?.objective ?? 'loss'),
    journal: new Journal(join(dir, BATCH_FOLDER, 'journal')),
    log,
    stopping: stopping.signal,
  });
  const source = batch.source === null ? null : treeFromBlobs(home, batch.source.tree, batch.source.digest);
  const onProgress = transferLog(log);
  const hosts = await openHosts(batch, { home, env, agentProgram, onProgress });
  const workers = hosts.map(
    (opened) =>
      new Worker({
        opened,
        batch: {
          id: batch.id,
          created: batch.created,
          packed: { plan: batch.plan, source, warnings: [] },
          options: batch.options,
        },
        context: { home, env, signal: closing.signal, onProgress },
        inputs: batch.place.kind === 'here' ? batch.place.inputs : null,
        onTrial: (host, state) => coordinator.take(host, state),
        onGone: (host, id) => coordinator.gone(host, id),
      }),
  );
  giveSignOfLife(dir);
  const code = await coordinator.run(workers);
  closing.abort(new Error('over'));
  await Promise.all(hosts.map(async ({ host }) => host.close()));
  return code;
}

interface Surroundings {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly agentProgram: string | undefined;
  readonly onProgress: (progress: Progress) => void;
}

async function openHosts(
  { id, place }: BatchFile,
  { home, env, agentProgram, onProgress }: Surroundings,
): Promise<OpenedHost[]> {
  if (place.kind === 'here') {
    const agent = { path: agentProgram ?? '', version: place.agentVersion };
    const host = localHost({ home, env, agent });
    return [
      {
        host,
        target: { kind: 'local', name: 'local', settings: place.settings },
        settings: place.settings,
        isElsewhere: true,
      },
    ];
  }
  // Nobody sits before a coordinator, but whoever started it may have typed what it needs.
  const typed = await takeTyped(home, id);
  const config = await loadUserConfig({ cwd: place.cwd, env: { ...env, SORTIE_HOME: home } });
  const context = {
    home,
    cwd: place.cwd,
    env: { ...env, SORTIE_HOME: home },
    config,
    prompter: typed && typedPrompter(typed),
    // A host that is down now joins when it is up.
    isPatient: true,
    onProgress,
    notice: (text: string) => process.stdout.write(`INFO: [sortie] ${text}\n`),
  };
  return Promise.all(place.remotes.map(async (name) => openHost(name, context)));
}

function trialBook(
  batch: BatchFile,
  { dir, log }: { readonly dir: string; readonly log: (line: string) => void },
): TrialBook {
  const { learn, trials } = batch;
  const path = join(dir, BATCH_FOLDER, 'trials');
  if (learn)
    return new LearnedTrials({ learn, trials, path, log, onTrial: (trial) => linkTrial(trial, dir) });
  for (const trial of trials) linkTrial(trial, dir);
  return fixedTrials(batch);
}

/** Guild's way to find a batch's trials: a link to each in the batch's directory. */
function linkTrial({ id }: Trial, dir: string): void {
  try {
    symlinkSync(`../${id}`, join(dir, id));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

// Connections of a dead host may linger; a coordinator that is through leaves.
process.exit(await main(process.argv[2]));
