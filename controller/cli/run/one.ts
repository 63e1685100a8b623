import { randomUUID } from 'node:crypto';
import { shortId } from '#protocol';
import { dispatchRun, packPlan } from '#controller/dispatch';
import { gpuWords, promptText, type Plan, type RunRequest } from '#controller/operation';
import { knownGpus } from '#controller/remotes';
import { mirrorRun } from '#controller/runs';
import { attach } from '../attach.ts';
import type { Context } from '../context.ts';
import type { Fleet } from '../fleet.ts';
import { tellOfLink } from '../link-notices.ts';
import { confirm } from '../prompt.ts';
import { gpusOfRun } from './gpus.ts';
import { leftWords } from './left-words.ts';
import { handOver } from './hand-over.ts';
import { inBackground } from './background.ts';
import { debuggerWindow, wantsDebugger } from './debugger.ts';
import { FIRST_ATTEMPT, nextAttempt } from './attempt.ts';
import { assertGpus } from './named-gpus.ts';
import { skipIfNeeded, skipRestart } from './needed.ts';
import { bringProtoSource } from './proto-source.ts';
import { tellOfDependencies } from './resolving.ts';
import { moveOut, noteRunDir } from './run-dir.ts';
import { TerminalInput } from './terminal-input.ts';
import { TerminalKeys } from './terminal-keys.ts';
import { stageInto } from './stage-dir.ts';
import { stagedText } from './staged-text.ts';

export interface Running {
  readonly name: string;
  readonly request: RunRequest;
  readonly context: Context;
  readonly fleet: Fleet;
}

/** One run on one host, and its exit status, or 0 where it isn't waited for. */
export async function runOne(plan: Plan, running: Running): Promise<number> {
  const { request, context, fleet } = running;
  const { options } = request;
  const restarted = plan.kind === 'restart' ? plan.from : null;
  const name = restarted === null ? running.name : fleet.nameOfHost(restarted, running.name);
  const remotes = name === 'local' ? [] : [name];
  const { runDir, stageDir = options.stage ? runDir : undefined } = options;
  const isStaged = options.stage === true || stageDir !== undefined;
  const isDebugged = plan.operation.isPython && !isStaged && wantsDebugger(options);
  const { noWait } = options;
  const window = isDebugged ? debuggerWindow({ isRemote: name !== 'local', noWait }, context) : null;
  const opened = await fleet.open(name);
  const asked = gpusOfRun(plan.gpus, options, opened.settings);
  const gpus = gpuWords(asked, knownGpus(context.home, name));
  const question = promptText(plan, { stage: isStaged, remotes, trials: null, gpus });
  if (!options.yes && !(await confirm(question, context))) return 0;
  using links = options.quiet ? null : tellOfLink(opened.host, fleet);
  const reached = options.needed ? null : fleet.reach(name);
  reached?.catch(() => undefined);
  const dispatch = {
    home: context.home,
    env: context.env,
    onProgress: fleet.progress,
    notice: fleet.surroundings.notice,
  };
  await assertGpus(options.gpus, [opened]);
  await bringProtoSource(plan, [name], { fleet, context });
  tellOfDependencies(plan, running);
  const packed = await packPlan(runDir === undefined ? plan : { ...plan, deleteOnSuccess: false }, dispatch);
  // A host that refused is not asked a second time, nor is its user.
  await reached;
  using input = isDebugged && window === null ? await TerminalInput.open(context) : null;
  for (const warning of packed.warnings) context.stderr.write(`WARNING: ${warning}\n`);
  if (
    options.needed &&
    (restarted === null ? skipIfNeeded(packed, context) : skipRestart(restarted, context))
  )
    return 0;
  const id = restarted ?? options.runId ?? randomUUID().replaceAll('-', '');
  const { attempt, shownFrom } = restarted === null ? FIRST_ATTEMPT : await nextAttempt(id, opened);
  if (runDir !== undefined && !isStaged) noteRunDir(runDir, context);
  const place = { id, attempt, stage: isStaged, stdin: input?.path, window, gpus: asked };
  const interrupted = await handOver({
    id,
    opened,
    context,
    dispatch: async (signal) => dispatchRun(packed, opened, { ...place, context: { ...dispatch, signal } }),
  });
  if (interrupted !== null) return interrupted;
  const quiet = options.quiet ?? false;
  if (stageDir !== undefined) return stageInto(stageDir, { id, packed, opened, context, quiet });
  // Without it, nothing here would know of the run, and --start could not find it.
  if (name !== 'local' && (options.stage === true || options.noWait === true))
    await mirrorRun(opened.host, id, { home: context.home, follow: false });
  if (options.stage) {
    if (!quiet) context.stderr.write(stagedText(packed.plan.displayName, id, name === 'local' ? null : name));
    return 0;
  }
  if (options.background || options.pidfile !== undefined) {
    return inBackground(id, { operation: plan.displayName, pidfile: options.pidfile, opened, context });
  }
  if (name !== 'local' && options.noWait) {
    const words = await leftWords(id, opened.host);
    await mirrorRun(opened.host, id, { home: context.home, follow: false });
    context.stderr.write(`${id} ${words}\nTo watch use 'sortie watch ${shortId(id)} -r ${name}'\n`);
    return 0;
  }
  links?.[Symbol.dispose]();
  const view = { json: options.json ?? false, noTui: isDebugged || options.noTui === true };
  using keys = window === null ? null : new TerminalKeys(id, opened.host, context);
  const hasTerminal = keys !== null;
  const shown = {
    opened,
    context,
    fleet,
    quiet,
    isOwner: true,
    view,
    hasTerminal,
    shownFrom,
    planned: { operation: plan.displayName, flags: plan.flags },
  };
  const code = await attach(id, shown);
  if (runDir !== undefined) await moveOut(id, runDir, { opened, context });
  return code;
}
