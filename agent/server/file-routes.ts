import { RunId, LENGTH_HEADER } from '#protocol';
import { listFiles, openFile, packMeta, type RunRegistry } from '../runs/index.ts';
import { check, count, type Request } from './request.ts';
import { json, respondBytes, sendBytes } from './respond.ts';
import type { Routes } from './router.ts';

/** What a pull reads: listings, files, and the record that a mirror is made of. */
export function fileRoutes(registry: RunRegistry): Routes {
  const dirOf = ({ params }: Request) => registry.readableDir(check(params[0], RunId));
  return {
    'GET /runs/:id/files': async (request) => {
      json(request.stream, listFiles(dirOf(request), request.query.get('under') ?? ''));
    },
    'GET /runs/:id/file': async (request) => {
      const { stream, query, signal } = request;
      const { size, chunks } = openFile(dirOf(request), query.get('path') ?? '', count(query, 'from', 0));
      respondBytes(stream, { [LENGTH_HEADER]: String(size) });
      await sendBytes(stream, chunks, signal);
      stream.end();
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
