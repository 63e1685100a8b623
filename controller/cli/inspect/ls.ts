import { join } from 'node:path';
import { shortId, usageError, type FileListing } from '#protocol';
import { formatColumns, formatTime, listRunFiles, printable, selectOne } from '#controller/runs';
import type { Invocation, OptionValues } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { chosenRuns } from '../runs/filters.ts';

/** `sortie ls [RUN]`: what is here; of a run that isn't, or with `--remote`, what its host has. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const run = selectOne(await chosenRuns(options, { context, fleet }), words[0]);
  const under = typeof options['path'] === 'string' ? options['path'] : '';
  const all = options['all'] === true;
  const host = run.remote === null ? null : (await fleet.open(run.remote)).host;
  const files =
    host === null
      ? listRunFiles(run.dir, { all, under })
      : (await host.files(run.id, under)).filter(({ path }) => all || !/^\.guild(\/|$)/.test(path));
  if (under !== '' && files.length === 0)
    throw usageError({
      code: 'no-such-path',
      message: `nothing at '${under}' in run ${shortId(run.id)}`,
      hint: `Use 'sortie ls ${shortId(run.id)}' to list its files.`,
    });
  const { stdout } = context;
  if (options['json']) {
    stdout.write(`${JSON.stringify(files)}\n`);
    return 0;
  }
  const isPlain = options['noFormat'] === true;
  const dir = run.dir === '' ? `${run.id} (${run.remote ?? ''})` : run.dir;
  if (!isPlain && !options['fullPath']) stdout.write(`${dir}:\n`);
  const indent = isPlain || options['fullPath'] ? 0 : 2;
  stdout.write(
    formatColumns(
      files.map((file) => row(file, { dir: run.dir, options })),
      indent,
    ),
  );
  return 0;
}

function row(
  file: FileListing,
  { dir, options }: { readonly dir: string; readonly options: OptionValues },
): string[] {
  const { kind, size, mtime } = file;
  const path = options['fullPath'] ? join(dir, file.path) : file.path;
  const mark = kind === 'directory' ? '/' : kind === 'link' ? ` -> ${file.target ?? ''}` : '';
  const shown = printable(`${path}${mark}`);
  return options['extended'] ? [String(size), formatTime(mtime * 1000), shown] : [shown];
}
