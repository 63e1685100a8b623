import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder } from '#files';
import { usageError } from '#protocol';
import type { Packed } from '#controller/dispatch';
import { quoteWord } from '#controller/operation';
import type { OpenedHost } from '#controller/remotes';
import type { Context } from '../context.ts';
import { printedCommand } from './printed-command.ts';

export interface StageInto {
  readonly id: string;
  readonly packed: Packed;
  readonly opened: OpenedHost;
  readonly context: Context;
  readonly quiet: boolean;
}

/** Moves a staged run out of the home into a folder of the user's. Errors: `dir-in-use` when that has something in it. */
export async function stageInto(
  dir: string,
  { id, packed, opened, context, quiet }: StageInto,
): Promise<number> {
  const { cwd, home, env, stderr } = context;
  const target = resolve(cwd, dir);
  const from = join(home, 'runs', id);
  try {
    assertEmpty(target);
    makeFolder(target);
    cpSync(from, target, { recursive: true, preserveTimestamps: true });
    rmSync(join(target, '.guild/sortie'), { recursive: true, force: true });
  } finally {
    await opened.host.remove(id, { purge: true });
  }
  if (quiet) return 0;
  const { plan } = packed;
  stderr.write(
    `${plan.displayName} staged in '${target}'\nTo start the operation, use "(cd ${quoteWord(target)} && source .guild/ENV && ${printedCommand(plan, { home, env })})"\n`,
  );
  return 0;
}

function assertEmpty(dir: string): void {
  if (!existsSync(dir) || readdirSync(dir).length === 0) return;
  throw usageError({
    code: 'dir-in-use',
    message: `directory '${dir}' is not empty`,
    hint: 'Name an empty or new directory.',
  });
}
