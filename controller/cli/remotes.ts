import type { Invocation } from './command.ts';
import type { ConfiguredRemote } from '#controller/remotes';
import type { Context } from './context.ts';

import { Fleet } from './fleet.ts';

/** Where a remote is; of one of Guild's other types, which can't be used, the type. */
function hostsOf(name: string, { hosts, host, type }: ConfiguredRemote['entry']): string {
  if (type !== undefined && type !== 'ssh') return `(${type}: not supported)`;
  return hosts?.join(', ') ?? host ?? name;
}

/** `sortie remotes`: name, kind or hosts, description, as Guild lists them. */
export async function execute({ options }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const { remotes, file } = fleet.config;
  const rows = [...remotes].map(([name, { entry }]) => ({
    name,
    host: hostsOf(name, entry),
    description: entry.description ?? '',
  }));
  if (options['json']) {
    context.stdout.write(`${JSON.stringify(rows)}\n`);
    return 0;
  }
  if (rows.length === 0) {
    const where = file ?? `${context.home}/config.yml`;
    context.stdout.write(
      `No remotes are defined in ${where}.\nAny host that ssh knows can be used as it is: sortie run … --remote HOST\n`,
    );
    return 0;
  }
  const widths = [
    Math.max(...rows.map(({ name }) => name.length)),
    Math.max(...rows.map(({ host }) => host.length)),
  ];
  for (const { name, host, description } of rows) {
    context.stdout.write(
      `${name.padEnd(widths[0] ?? 0)}  ${host.padEnd(widths[1] ?? 0)}  ${description}`.trimEnd() + '\n',
    );
  }
  return 0;
}
