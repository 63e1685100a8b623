import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import { common, commonJs, production } from '../../scripts/bundle-options.ts';

/** The views' demo as one program, made as the command line is: from its sources it would take most of a second of computing to start. */
export async function viewDemo(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'sortie-view-demo-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  await build({
    ...common,
    entryPoints: { demo: 'controller/tui/demo/main.ts' },
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    splitting: true,
    banner: { js: commonJs },
    define: production,
    minifySyntax: true,
    jsx: 'automatic',
  });
  return join(dir, 'demo.mjs');
}
