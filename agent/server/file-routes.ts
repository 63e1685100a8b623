import { MOST_POINTS, RunId } from '#protocol';
import { listFiles, openFile, packMeta, type RunRegistry } from '../runs/index.ts';
import { readCurves } from '../output/index.ts';
import { check, count, type Request } from './request.ts';
import { json, respondBytes, sendBytes } from './respond.ts';
import type { Routes } from './router.ts';
import { sendRange } from './send-range.ts';

/** What a pull reads: listings, files, and the record that a mirror is made of. */
export function fileRoutes(registry: RunRegistry): Routes {
  const dirOf = ({ params }: Request) => registry.readableDir(check(params[0], RunId));
  return {
    'GET /runs/:id/files': async (request) => {
      json(request.stream, listFiles(dirOf(request), request.query.get('under') ?? ''));
    },
    'GET /runs/:id/file': async (request) => {
      const from = count(request.query, 'from', 0);
      const { size, chunks } = openFile(dirOf(request), request.query.get('path') ?? '', from);
      await sendRange(request, { from, chunks, size, end: () => 'now', goesOn: false });
    },
    'GET /runs/:id/curves': async (request) => {
      json(request.stream, await readCurves(dirOf(request), count(request.query, 'points', MOST_POINTS)));
    },
    'GET /runs/:id/meta': async (request) => {
      const { stream, signal } = request;
      const tar = packMeta(dirOf(request));
      respondBytes(stream, { 'content-type': 'application/x-tar' });
      await sendBytes(stream, tar, signal);
      stream.end();
    },
  };
}
