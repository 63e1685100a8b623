/** Bundles the programs into dist/: the command line (split, so a command loads only what it needs), and the agent, the coordinator and the pipeline (one file each: hosts get copies). */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { common, commonJs, disposal, OLDEST_NODE, production, root } from './bundle-options.ts';
import { licencesOf } from './licences.ts';

const programs: readonly BuildOptions[] = [
  {
    entryPoints: { sortie: 'controller/cli/main.ts' },
    outdir: 'dist',
    format: 'esm',
    target: 'node22.15',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    banner: { js: commonJs },
    define: production,
    minifySyntax: true,
    jsx: 'automatic',
  },
  {
    entryPoints: { coordinator: 'controller/batch/main.ts', pipeline: 'controller/pipeline/main.ts' },
    outdir: 'dist',
    format: 'esm',
    target: `node${OLDEST_NODE}`,
    outExtension: { '.js': '.mjs' },
    banner: { js: `${commonJs}\n${disposal}` },
    define: production,
    minifySyntax: true,
  },
  {
    entryPoints: { agent: 'agent/main.ts' },
    outdir: 'dist',
    format: 'cjs',
    target: `node${OLDEST_NODE}`,
    outExtension: { '.js': '.cjs' },
    banner: { js: disposal },
    minify: true,
  },
];

await rm(join(root, 'dist'), { recursive: true, force: true });
const built = await Promise.all(programs.map((program) => build({ ...common, ...program, metafile: true })));
const licences = licencesOf(
  built.map(({ metafile }) => metafile),
  root,
);
await writeFile(join(root, 'dist/LICENCES.txt'), licences);
