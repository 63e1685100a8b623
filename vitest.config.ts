import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Python files are text here, as they are to esbuild. */
const pythonText = {
  name: 'python-text',
  load: (path: string) =>
    path.endsWith('.py') ? `export default ${JSON.stringify(readFileSync(path, 'utf8'))}` : null,
};

// Unit tests stand beside what they test; integration tests need dist/ and real parts (sshd, python, tmux).
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [pythonText],
        test: {
          name: 'unit',
          include: ['{protocol,agent,controller,scripts}/**/*.test.{ts,tsx}'],
        },
      },
      {
        plugins: [pythonText],
        test: {
          name: 'integration',
          include: ['integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
