/**
 * What Sortie costs beside what a user would do instead, as ratios of one run on one machine. No absolute time means anything here.
 *
 *     npm run bench -- [NAME...] [--quick] [--json]
 *
 * Ends with 1 when a budget is exceeded.
 */
import { parseArgs } from 'node:util';
import { findingsTable, isWithin, type Finding } from './support/finding.ts';

interface Options {
  readonly isQuick: boolean;
}

/** Each loads what it needs itself, so that none pays for another's imports. */
const benchmarks: Readonly<Record<string, (options: Options) => Promise<readonly Finding[]>>> = {
  'start-up': async () => (await import('./start-up.ts')).startUp(),
  'first-byte': async () => (await import('./first-byte.ts')).firstByte(),
  source: async () => (await import('./source.ts')).unchangedSource(),
  shipment: async () => (await import('./source.ts')).firstShipment(),
  output: async (options) => (await import('./output.ts')).bigOutput(options),
  launching: async (options) => (await import('./launching.ts')).launching(options),
  listing: async () => (await import('./listing.ts')).listing(),
  lists: async () => (await import('./listing.ts')).lists(),
  trials: async () => (await import('./trials.ts')).printing(),
  tui: async (options) => (await import('./tui.ts')).liveView(options),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  process.stderr.write(
    `No such benchmark: ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}\n`,
  );
  process.exit(2);
}
const findings: Finding[] = [];
for (const [name, measure] of Object.entries(benchmarks)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  process.stderr.write(`${name} …\n`);
  findings.push(...(await measure({ isQuick: values.quick })));
}
process.stdout.write(`${values.json ? JSON.stringify(findings, null, 2) : findingsTable(findings)}\n`);
process.exitCode = findings.every(isWithin) ? 0 : 1;
