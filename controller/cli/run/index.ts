import { randomUUID } from 'node:crypto';
import { UserError } from '#protocol';
import { dispatchRun, packPlan, type DispatchContext } from '#controller/dispatch';
import {
  encodeValue,
  localWorld,
  planRun,
  requestOf,
  type Plan,
  type RunOptions,
} from '#controller/operation';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { confirm } from '../prompt.ts';
import { attach } from '../attach.ts';

/** `sortie run`: plan, show, ask, pack, ship, start, attach. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  const asked = options as RunOptions;
  const plan = await planRun(requestOf(words, asked), localWorld(context));
  for (const warning of plan.warnings) context.stderr.write(`WARNING: ${warning}\n`);
  await using fleet = await Fleet.of(context);
  const names = fleet.names(asked.remote);
  const [name = 'local'] = names;
  if (!asked.yes && !(await confirm(promptText(plan, names, asked), context))) return 0;
  if (plan.batch !== null || names.length > 1) {
    throw new UserError({ code: 'no-batches', message: 'batches are not there yet' });
  }
  return await runOne(plan, { name, options: asked, context, fleet });
}

interface Single {
  readonly name: string;
  readonly options: RunOptions;
  readonly context: Context;
  readonly fleet: Fleet;
}

async function runOne(plan: Plan, { name, options, context, fleet }: Single): Promise<number> {
  const { stderr, env, home } = context;
  const opened = await fleet.open(name);
  const dispatch: DispatchContext = { home, env, onProgress: (progress) => fleet.show(progress) };
  const packed = await packPlan(plan, dispatch);
  for (const warning of packed.warnings) stderr.write(`WARNING: ${warning}\n`);
  const id = options.runId ?? randomUUID().replaceAll('-', '');
  await dispatchRun(packed, opened, { id, stage: options.stage ?? false, context: dispatch });
  if (options.stage) {
    if (!options.quiet) {
      const on = name === 'local' ? '' : ` -r ${name}`;
      context.stdout.write(
        `${plan.displayName} staged as ${id}\nTo start the operation, use 'sortie run --start ${id.slice(0, 8)}${on}'\n`,
      );
    }
    return 0;
  }
  if (name !== 'local' && options.noWait) {
    stderr.write(`${id} is running on ${name}\nTo watch use 'sortie watch ${id.slice(0, 8)}'\n`);
    return 0;
  }
  return attach(id, { opened, context, quiet: options.quiet ?? false, isOwner: true });
}

function promptText(plan: Plan, names: readonly string[], options: RunOptions): string {
  const on = options.remote?.length ? ` on ${names.join(', ')}` : '';
  const flags = [...plan.flags]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([flag, value]) => `  ${flag}: ${encodeValue(value)}\n`);
  return `You are about to ${options.stage ? 'stage' : 'run'} ${plan.opspec}${on}\n${flags.join('')}Continue? (Y/n) `;
}
