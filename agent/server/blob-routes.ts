import * as v from 'valibot';
import * as zlib from 'node:zlib';
import type { Readable } from 'node:stream';
import { LENGTH_HEADER, PARTIAL_HEADER, Sha256, UserError } from '#protocol';
import { PartialBlobs, storeTar, type BlobStore } from '../blobs/index.ts';
import { check, count, jsonBody, type Request } from './request.ts';
import { json } from './respond.ts';
import type { Routes } from './router.ts';

/** The body, uncompressed. Throws `no-zstd` on a Node that can't. */
function plainBody({ stream, headers }: Request): Readable {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return stream;
  if (encoding !== 'zstd' || typeof zlib.createZstdDecompress !== 'function')
    throw new UserError({
      code: 'no-zstd',
      message: `the agent's Node ${process.versions.node} cannot read the encoding '${encoding}'`,
      hint: 'Send it without content-encoding.',
    });
  const plain = zlib.createZstdDecompress();
  stream.on('error', (error) => plain.destroy(error));
  stream.on('close', () => {
    if (!stream.readableEnded) plain.destroy(new Error('The upload was cut'));
  });
  return stream.pipe(plain);
}

/** The body's bytes as far as they come: a cut ends them, and what came before it counts. */
async function* received(stream: Readable): AsyncGenerator<Uint8Array, void, void> {
  try {
    // A disk that is full ends the reading, and is told of on this very stream.
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch {
    // The stream was cut; its state says so.
  }
}

export function blobRoutes(blobs: BlobStore): Routes {
  const partial = new PartialBlobs(blobs);
  return {
    'POST /blobs/missing': async (request) => {
      json(request.stream, blobs.missing(await jsonBody(request, v.array(Sha256))));
    },
    'PUT /blobs': async (request) => {
      json(request.stream, { stored: await storeTar(blobs, plainBody(request)) });
    },
    'PUT /blobs/:sha': async ({ stream, params, query }) => {
      const blob = check(params[0], Sha256);
      const from = count(query, 'from', 0);
      await partial.append(blob, {
        from,
        chunks: received(stream),
        ended: () => stream.readableEnded,
        cut: () => stream.destroy(),
      });
      json(stream, { stored: 1 });
    },
    'HEAD /blobs/:sha': async ({ stream, params }) => {
      const blob = check(params[0], Sha256);
      const size = blobs.size(blob);
      if (size === null) {
        const here = String(await partial.received(blob));
        stream.respond({ ':status': 404, [PARTIAL_HEADER]: here }, { endStream: true });
      } else stream.respond({ ':status': 200, [LENGTH_HEADER]: String(size) }, { endStream: true });
    },
  };
}
