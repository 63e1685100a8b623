import { appendFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fuzz, INPUTS, tried } from './fuzz.ts';
import { HOST_TOOLS } from './host-tools.ts';
import { PROJECT } from './project.ts';
import { RUN_FILES } from './run-files.ts';
import { WIRE } from './wire.ts';

/** How many inputs each parser is given, instead of its own number; the seed of them. */
const given = process.env['SORTIE_FUZZ_INPUTS'];
const seed = Number(process.env['SORTIE_FUZZ_SEED'] ?? 1);
/** A file that gets a line of each parser. */
const report = process.env['SORTIE_FUZZ_REPORT'];

describe.each([...WIRE, ...HOST_TOOLS, ...RUN_FILES, ...PROJECT])('$name', (parser) => {
  test.each(Object.entries(parser.cases ?? {}))(
    '%s is read or refused, and harms nothing',
    async (_what, input) => {
      const { ms } = await tried(parser, Buffer.from(input));
      expect(ms).toBeGreaterThanOrEqual(0);
    },
  );

  const inputs = Number(given ?? parser.inputs ?? INPUTS);
  test(
    `${inputs} inputs are each read or refused in time, and harm nothing`,
    { timeout: 3_600_000 },
    async () => {
      const began = performance.now();
      const { refused, slowest } = await fuzz(parser, { inputs, seed });
      expect(refused).toBeLessThan(inputs);
      if (report !== undefined)
        appendFileSync(
          report,
          `${parser.name}: ${inputs} inputs, ${refused} refused, ${Math.round(performance.now() - began)} ms, slowest ${slowest.toFixed(1)} ms\n`,
        );
    },
  );
});
