/** How programs are bundled, in dist/ and in tests alike. */
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

export const root = join(import.meta.dirname, '..');

/** Some CommonJS dependencies use `require`, `__dirname` and `__filename`; in an ES module bundle these have to be made. */
export const commonJs = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  "const __filename = __fileURLToPath(import.meta.url), __dirname = __fileURLToPath(new URL('.', import.meta.url));",
].join(' ');

/** The oldest Node that a host may have: what is sent there runs on it. */
export const OLDEST_NODE = '20.0.0';

/** Node 20.0 lacks the symbols that `using` needs: they came with 20.4. */
export const disposal =
  "for (const name of ['dispose', 'asyncDispose']) if (!Symbol[name]) Object.defineProperty(Symbol, name, { value: Symbol.for('Symbol.' + name) });";

export const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  logLevel: 'warning',
  loader: { '.py': 'text', '.sh': 'text' },
  external: ['*.node', 'cpu-features', 'react-devtools-core'],
} satisfies BuildOptions;

export const production = { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' };
