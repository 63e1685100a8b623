/**
 * Shows a view of a fleet in numbers: `node --import ./scripts/python-text.ts controller/tui/demo/main.ts watch`. Tests and the pictures in the README drive it through a real terminal.
 *
 *   main.ts run|batch|watch|top [--trials N] [--second S] [--speed X] [--rate R] [--seed N] [--lost HOST] [--silent HOST] [--mode live|plain|json|none] [--many N] [--crash]
 */
import { parseArgs } from 'node:util';
import { chooseMode } from '../terminal.ts';
import { showView } from '../show.ts';
import type { ViewMode } from '../terminal.ts';
import { makeFleet } from './fleet.ts';
import { FleetFeed } from './fleet-feed.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    trials: { type: 'string', default: '200' },
    second: { type: 'string', default: '700' },
    speed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '2' },
    seed: { type: 'string', default: '7' },
    length: { type: 'string', default: '100' },
    lost: { type: 'string' },
    silent: { type: 'string' },
    mode: { type: 'string' },
    many: { type: 'string' },
    crash: { type: 'boolean', default: false },
  },
});

const kinds = ['run', 'batch', 'watch', 'top'] as const;
const kind = kinds.find((name) => name === positionals[0]) ?? 'watch';
const hosts =
  values.many === undefined
    ? [
        { name: 'gpu-box', gpus: 4 },
        { name: 'lab-2', gpus: 2 },
        { name: 'lab-3', gpus: 4 },
      ]
    : [{ name: 'cluster', gpus: Number(values.many) }];
const fleet = makeFleet({
  seed: Number(values.seed),
  trials: Number(values.trials),
  hosts,
  trialSeconds: Number(values.length),
});
const scope = kind === 'run' ? 'run' : kind === 'top' ? 'all' : 'batch';
const feed = new FleetFeed({
  fleet,
  scope,
  second: Number(values.second),
  speed: Number(values.speed),
  rate: Number(values.rate),
  ...(values.lost === undefined ? {} : { lost: values.lost }),
  ...(values.silent === undefined ? {} : { silent: values.silent }),
});
const terminal = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env };
if (values.crash) {
  setTimeout(() => {
    throw new Error('the demo was told to crash');
  }, 1000);
}
if (values.mode === 'none') {
  // What making up the reports costs by itself, for the benchmark.
  process.stdout.write('nothing is shown\n');
  for await (const event of feed.events(new AbortController().signal)) void event;
}
const outcome = await showView(feed, {
  kind,
  terminal,
  mode: (values.mode as ViewMode | undefined) ?? chooseMode({ json: false, noTui: false }, terminal),
  subject: scope === 'run' ? (fleet.trials[0]?.meta.id ?? null) : scope === 'batch' ? fleet.batch : null,
  comeBack: `sortie watch ${fleet.batch.slice(0, 8)}`,
  onInterrupt: 'detach',
  signal: new AbortController().signal,
});
process.exitCode = outcome.kind === 'signalled' ? 143 : 0;
