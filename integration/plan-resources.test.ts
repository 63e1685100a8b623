import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

/** A server on loopback that counts what it is asked for. */
async function serve(files: Readonly<Record<string, Buffer>>) {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const bytes = files[url];
    response.writeHead(bytes === undefined ? 404 : 200, { 'content-length': bytes?.length ?? 0 });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function project(url: string, sha256: string): string {
  return [
    'show:',
    '  exec: sh -c "cat data/x.csv data/a.txt; ls data"',
    '  requires:',
    '    - sources:',
    `        - {url: '${url}/x.csv', sha256: ${sha256}}`,
    `        - {url: '${url}/pack.tar.gz', select: '.*[.]txt'}`,
    '      target-path: data',
    'zipped:',
    '  exec: cat in.txt',
    '  requires:',
    '    - file: in.zip',
    '',
  ].join('\n');
}

test('what a URL stands for is downloaded once, checked, unpacked, and goes to a host as well', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('pack/sub/a.txt', 'from the archive\n');
  lab.put('pack/b.bin', 'unwanted\n');
  execFileSync('tar', ['-czf', 'pack.tar.gz', '-C', 'pack', '.'], { cwd: lab.laptop });
  const csv = Buffer.from('1,2,3\n');
  const sha256 = createHash('sha256').update(csv).digest('hex');
  await using server = await serve({
    '/x.csv': csv,
    '/pack.tar.gz': readFileSync(join(lab.laptop, 'pack.tar.gz')),
  });
  lab.put('guild.yml', project(server.url, sha256));
  const output = '1,2,3\nfrom the archive\na.txt\nx.csv\n';
  expect(await lab.sortie(['run', 'show', '-y'])).toMatchObject({ code: 0, stdout: output });
  expect(await lab.sortie(['run', 'show', '-y', '-r', 'gpu-box'])).toMatchObject({
    code: 0,
    stdout: output,
    stderr: expect.stringContaining(
      `Resolving url:${server.url}/x.csv\nResolving url:${server.url}/pack.tar.gz\n`,
    ) as string,
  });
  expect(server.asked.sort()).toEqual(['/pack.tar.gz', '/x.csv']);

  lab.put(
    'guild.yml',
    project(
      server.url,
      sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    ),
  );
  const wrong = await lab.sortie(['run', 'show', '-y']);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain(`but got ${sha256}`);
});

test('a zip is unpacked; a file that is not on its server is said to be missing, and nothing runs', async () => {
  await using lab = new Lab();
  lab.put('in.txt', 'zipped\n');
  execFileSync('python3', ['-m', 'zipfile', '-c', 'in.zip', 'in.txt'], { cwd: lab.laptop });
  await using server = await serve({});
  lab.put('guild.yml', project(server.url, 'a'.repeat(64)));
  expect(await lab.sortie(['run', 'zipped', '-y'])).toMatchObject({ code: 0, stdout: 'zipped\n' });
  const missing = await lab.sortie(['run', 'show', '-y']);
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain('the server answered 404');
});
