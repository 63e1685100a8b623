import { examineHost, type Check } from '#controller/remotes';
import { printable } from '#controller/runs';
import type { Invocation } from './command.ts';
import type { Context } from './context.ts';
import { Fleet } from './fleet.ts';

/** `sortie doctor [REMOTE]`: each finding as soon as it is there. Exit 1 when one of them keeps runs from working, or a guarantee is broken. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(new Error('interrupted'));
  // What the torture made is removed before the command ends.
  if (options['torture'] === true) process.once('SIGINT', onInterrupt);
  try {
    return await examine({ options, words }, context, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) return 130;
    throw error;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

async function examine(
  { options, words }: Invocation,
  context: Context,
  signal: AbortSignal,
): Promise<number> {
  await using fleet = await Fleet.of(context, signal);
  const { stdout, stderr } = context;
  const checks: (Check & { readonly host: string })[] = [];
  const tell = (host: string, check: Check) => {
    checks.push({ host, ...check });
    if (!options['json']) stdout.write(checkText(check));
  };
  for (const host of fleet.names(words)) {
    if (!options['json']) stdout.write(`${host}\n`);
    for await (const check of examineHost(host, fleet.surroundings)) tell(host, check);
    const isUsable = !checks.some(
      (check) => check.host === host && check.about !== 'python' && check.verdict === 'fail',
    );
    if (options['torture'] !== true || !isUsable) continue;
    const { tortureHost } = await import('./torture/index.ts');
    const say = (doing: string) => fleet.stderr.write(`${host}: ${doing} …\n`);
    for await (const check of tortureHost(host, fleet.surroundings, stderr.isTTY ? say : () => undefined))
      tell(host, check);
  }
  if (options['json']) stdout.write(`${JSON.stringify(checks)}\n`);
  return checks.some(({ verdict }) => verdict === 'fail') ? 1 : 0;
}

const SIGNS = { ok: '✔', warn: '!', fail: '✖' } as const;
/** As wide as the longest name of a check. */
const NAME_WIDTH = 10;

function checkText({ about, verdict, detail, hint }: Check): string {
  const line = `  ${SIGNS[verdict]} ${about.padEnd(NAME_WIDTH)}  ${printable(detail)}\n`;
  return hint === null ? line : `${line}${' '.repeat(NAME_WIDTH + 6)}→ ${printable(hint)}\n`;
}
