import { shortId, usageError } from '#protocol';
import { printable, pullRun, selectRuns } from '#controller/runs';
import { formatBytes } from '#controller/tui';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { tellOfLink } from '../link-notices.ts';
import { chosenRuns } from './filters.ts';
import { withTrials, type RunThere } from './with-trials.ts';

/** `sortie pull RUN…`: from the hosts that their mirrors name, or from `--remote`. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  if (words.length === 0 && !options['all']) {
    throw usageError({
      code: 'usage',
      message: 'no runs given',
      hint: "Name runs, or use 'sortie pull --remote HOST --all'.",
    });
  }
  const { stdout, stderr, home } = context;
  const candidates = await chosenRuns(options, { context, fleet, refresh: true });
  const runs = await withTrials(selectRuns(candidates, words), { home, fleet });
  if (runs.length === 0) {
    stdout.write('Nothing to pull: these runs are of this machine.\n');
    return 0;
  }
  const paths = options['select'] as readonly string[] | undefined;
  let isWhole = true;
  for (const run of runs) isWhole = (await pullOne(run, paths)) && isWhole;
  return isWhole ? 0 : 1;

  /** True when nothing of the run is missing here. */
  async function pullOne({ id, remote }: RunThere, wanted: readonly string[] | undefined): Promise<boolean> {
    const { host } = await fleet.open(remote);
    using _links = tellOfLink(host, fleet);
    const select = wanted === undefined ? {} : { paths: wanted };
    const pulled = await pullRun(host, id, { home, ...select, onProgress: fleet.progress });
    for (const { path, reason } of pulled.skipped)
      stderr.write(`WARNING: ${shortId(id)}: ${printable(path)} was not pulled: ${printable(reason)}\n`);
    const missed = pulled.skipped.filter(({ isMissed }) => isMissed).length;
    const files = `${pulled.files} file${pulled.files === 1 ? '' : 's'}`;
    stderr.write(
      `${shortId(id)}: ${files}, ${formatBytes(pulled.bytes)} from ${host.name} to ${pulled.dir}${missed === 0 ? '' : `; ${missed} could not be pulled`}\n`,
    );
    return missed === 0;
  }
}
