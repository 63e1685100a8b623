import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { leftOut } from './integration/support/left-out.ts';

/** Python files are text here, as they are to esbuild. */
const pythonText = {
  name: 'python-text',
  load: (path: string) =>
    path.endsWith('.py') ? `export default ${JSON.stringify(readFileSync(path, 'utf8'))}` : null,
};

const results = process.env['SORTIE_TEST_RESULTS'];
const json: ['json', { outputFile: string }][] = results === undefined ? [] : [['json', { outputFile: results }]];

// Unit tests stand beside what they test; integration tests need dist/ and real parts (sshd, python, tmux).
export default defineConfig({
  test: {
    reporters: ['default', leftOut, ...json],
    projects: [
      {
        plugins: [pythonText],
        test: {
          name: 'unit',
          maxWorkers: '100%',
          testTimeout: 60_000,
          include: ['{protocol,agent,controller,files,scripts,integration/house,integration/fuzz}/**/*.test.{ts,tsx}'],
        },
      },
      {
        plugins: [pythonText],
        test: {
          name: 'integration',
          include: ['integration/**/*.test.ts'],
          exclude: ['integration/{house,fuzz}/**'],
          globalSetup: ['integration/support/announce.ts'],
          setupFiles: ['integration/support/stand-ins/index.ts'],
          // Real processes on a small machine, which wait for one another more than they compute: three files at a time, and nothing beside.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Whoever works here is told of every failure; CI shows what took a second try, and refuses what fails twice.
          retry: process.env['CI'] === 'true' ? 1 : 0,
        },
      },
    ],
  },
});
