import { examineHost, type Check } from '#controller/remotes';
import { printable } from '#controller/runs';
import type { Invocation } from './command.ts';
import type { Context } from './context.ts';
import { Fleet } from './fleet.ts';

/** `sortie doctor [REMOTE]`: each finding as soon as it is there. Exit 1 when one of them keeps runs from working. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const { stdout } = context;
  const checks: (Check & { readonly host: string })[] = [];
  for (const host of fleet.names(words)) {
    if (!options['json']) stdout.write(`${host}\n`);
    for await (const check of examineHost(host, fleet.surroundings)) {
      checks.push({ host, ...check });
      if (!options['json']) stdout.write(checkText(check));
    }
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
