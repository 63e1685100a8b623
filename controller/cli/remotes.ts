import type { Invocation } from './command.ts';
import type { Context } from './context.ts';
import { Fleet } from './fleet.ts';

/** `sortie remotes`: name, kind or hosts, description, as Guild lists them. */
export async function execute({ options }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const { remotes, file } = fleet.config;
  const rows = [...remotes].map(([name, { entry }]) => ({
    name,
    host: entry.hosts ? entry.hosts.join(', ') : (entry.host ?? name),
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
