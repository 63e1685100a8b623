/** How programs are bundled, in dist/ and in tests alike. */
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

export const root = join(import.meta.dirname, '..');

/** Some CommonJS dependencies use `require`, `__dirname` and `__filename`; in an ES module bundle these have to be made. */
export const commonJs = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
].join(' ');

export const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  logLevel: 'warning',
  loader: { '.py': 'text', '.sh': 'text' },
  external: ['*.node', 'cpu-features', 'react-devtools-core'],
} satisfies BuildOptions;

export const production = { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' };
