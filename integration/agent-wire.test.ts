import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
  appendFileSync,
  copyFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentEvent, FileListing, HostInfo, PythonInfo, RunListing, RunState } from '#protocol';
import { AgentHome, blobTar, sha256, shellSpec, treeOf, type AgentClient } from './support/agent-process.ts';
import { waitFor } from './support/wait.ts';

let home: AgentHome;
let agent: AgentClient;

beforeEach(async () => {
  home = new AgentHome();
  agent = await home.client();
});

afterEach(() => {
  agent.close();
  home.dispose();
});

const FINAL = ['completed', 'error', 'terminated', 'lost'];
const ended = (id: string): Promise<RunState> =>
  waitFor(`run ${id} to end`, async () => {
    const state = await agent.state(id);
    return FINAL.includes(state.status) ? state : null;
  });

async function tarEntries(tar: Buffer): Promise<Map<string, string>> {
  const entries = extract();
  entries.end(tar);
  const found = new Map<string, string>();
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    found.set(entry.header.name, Buffer.concat(chunks).toString());
  }
  return found;
}

describe('errors', () => {
  test.each([
    ['GET', '/runs/nonsense', 400, 'bad-request'],
    ['GET', `/runs/${'0'.repeat(32)}`, 404, 'no-such-run'],
    ['GET', '/nowhere', 404, 'no-such-route'],
    ['POST', '/python', 400, 'bad-request'],
  ])('%s %s is answered with %i %s', async (method, path, status, code) => {
    const answer = await agent.call(path, {
      method,
      ...(method === 'POST' ? { body: Buffer.from('no json') } : {}),
    });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ code });
  });

  test('a spec is checked to its last field, and nothing is made of a bad one', async () => {
    const spec = shellSpec('true');
    const answer = await agent.call(`/runs/${spec.id}`, {
      method: 'PUT',
      body: { ...spec, gpus: { kind: 'some' } },
    });
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('gpus'),
    });
    expect(existsSync(home.runDir(spec.id))).toBe(false);
  });

  test('a run whose blobs are not here is refused, and can be put once they are', async () => {
    const { tree, tar } = await treeOf({ a: 'text' });
    const spec = shellSpec('cat a', {
      inputs: [{ kind: 'tree', tree, at: '.', role: 'source', replace: false }],
    });
    const refused = await agent.call(`/runs/${spec.id}`, { method: 'PUT', body: spec });
    expect(refused.status).toBe(409);
    expect(JSON.parse(refused.body.toString())).toMatchObject({ code: 'blob-missing' });
    expect(existsSync(home.runDir(spec.id))).toBe(false);
    await agent.json('/blobs', { method: 'PUT', body: tar });
    await agent.put(spec);
    expect((await agent.call(`/runs/${spec.id}/output?follow=1`)).body.toString()).toBe('text');
  });

  test('a hostile tree writes nothing outside its run', async () => {
    for (const path of ['../escape', '.guild/attrs/exit_status', '/tmp/sortie-escape']) {
      const { tree, tar } = await treeOf({ [path]: 'x' });
      await agent.json('/blobs', { method: 'PUT', body: tar });
      const spec = shellSpec('true', {
        inputs: [{ kind: 'tree', tree, at: '.', role: 'source', replace: false }],
      });
      const answer = await agent.call(`/runs/${spec.id}`, { method: 'PUT', body: spec });
      expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'unsafe-path' });
    }
    expect(existsSync(join(home.home, 'staging', 'escape'))).toBe(false);
  });
});

describe('inputs', () => {
  test('come from blobs, paths of the host, other runs and other runs’ source', async () => {
    const { tree, tar } = await treeOf({ 'src/a.py': 'a' }, [
      { kind: 'link', path: 'link', target: 'src/a.py' },
    ]);
    await agent.json('/blobs', { method: 'PUT', body: tar });
    const first = shellSpec('echo made > model; mkdir out; echo 1 > out/ckpt', {
      inputs: [{ kind: 'tree', tree, at: '.', role: 'source', replace: false }],
    });
    await agent.put(first);
    await ended(first.id);
    const data = join(home.home, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'big'), 'data');
    const second = shellSpec(
      'cat link model out/ckpt in/copied/big in/linked/big; echo changed > in/copied/big',
      {
        inputs: [
          { kind: 'source-of', run: first.id },
          { kind: 'tree', tree, at: '.', role: 'source', replace: false },
          { kind: 'run', run: first.id, at: '.', select: [] },
          { kind: 'path', path: data, at: 'in/copied', how: 'copy' },
          { kind: 'path', path: data, at: 'in/linked', how: 'link' },
        ],
      },
    );
    await agent.put(second);
    expect((await agent.call(`/runs/${second.id}/output?follow=1`)).body.toString()).toBe(
      'amade\n1\ndatadata',
    );
    expect(readFileSync(join(data, 'big'), 'utf8')).toBe('data');
    const manifest = readFileSync(join(home.runDir(second.id), '.guild/manifest'), 'utf8');
    expect(manifest).toMatch(/^s src\/a.py [0-9a-f]{40} src\/a.py$/m);
    expect(manifest).toContain(`d in/copied - file:${data}\n`);
    expect(manifest).toContain(`d model - run:${first.id}\n`);
  });

  test('are copies: what a run writes to its own files never reaches the blobs', async () => {
    const { tree, tar } = await treeOf({ 'a.txt': 'original' });
    await agent.json('/blobs', { method: 'PUT', body: tar });
    const inputs = [{ kind: 'tree', tree, at: '.', role: 'source', replace: false }] as const;
    const first = shellSpec('echo -n spoilt > a.txt', { inputs: [...inputs] });
    await agent.put(first);
    await ended(first.id);
    const second = shellSpec('cat a.txt', { inputs: [...inputs] });
    await agent.put(second);
    expect((await agent.call(`/runs/${second.id}/output?follow=1`)).body.toString()).toBe('original');
  });
});

test('a large blob is continued from where the host is', async () => {
  const whole = Buffer.alloc(3 << 20, 'abc');
  const blob = sha256(whole);
  expect((await agent.call(`/blobs/${blob}`, { method: 'HEAD' })).headers).toMatchObject({
    ':status': 404,
    'x-sortie-partial': '0',
  });
  const cut = new AbortController();
  const stream = agent.session.request(
    { ':method': 'PUT', ':path': `/v1/blobs/${blob}?from=0` },
    { signal: cut.signal },
  );
  stream.on('error', () => undefined);
  stream.write(whole.subarray(0, 1 << 20));
  const here = async () =>
    Number((await agent.call(`/blobs/${blob}`, { method: 'HEAD' })).headers['x-sortie-partial']);
  await waitFor('a part of it', here);
  cut.abort();
  const from = await here();
  await agent.json(`/blobs/${blob}?from=${from}`, { method: 'PUT', body: whole.subarray(from) });
  expect((await agent.call(`/blobs/${blob}`, { method: 'HEAD' })).headers).toMatchObject({
    ':status': 200,
    'x-sortie-length': String(whole.length),
  });
  expect(await agent.json('/blobs/missing', { method: 'POST', body: [blob, sha256('no')] })).toEqual([
    sha256('no'),
  ]);
});

test('an upload whose content is not what it says is refused, and what came before it stays', async () => {
  const good = Buffer.from('good');
  const tar = Buffer.concat([await blobTar([good])]);
  tar[tar.indexOf('good')] = 'f'.charCodeAt(0);
  const answer = await agent.call('/blobs', { method: 'PUT', body: tar });
  expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'blob-mismatch' });
  expect(await agent.json('/blobs/missing', { method: 'POST', body: [sha256(good)] })).toEqual([
    sha256(good),
  ]);
});

test('a run can be pulled: listed, read from any offset, its record packed, and nothing secret or outside it told', async () => {
  const spec = shellSpec(
    'mkdir -p out/deep; echo 0123456789 > out/deep/f; chmod +x out/deep/f; ln -s deep/f out/l; ln -s /etc escape',
    {
      environment: {
        base: 'host',
        variables: { API_KEY: 'sesame-open', PLAIN: 'plain' },
        secrets: ['API_KEY'],
      },
    },
  );
  await agent.put(spec);
  await ended(spec.id);
  const listing = await agent.json<FileListing[]>(`/runs/${spec.id}/files`);
  expect(listing.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
    'link escape',
    'directory out',
    'directory out/deep',
    'file out/deep/f',
    'link out/l',
  ]);
  expect(listing.find(({ path }) => path === 'out/deep/f')).toMatchObject({ size: 11, executable: true });
  const part = await agent.call(`/runs/${spec.id}/file?path=out/deep/f&from=4`);
  expect(part.body.toString()).toBe('456789\n');
  expect(part.trailers).toMatchObject({ 'x-sortie-end': 'now', 'x-sortie-length': '11' });
  for (const path of ['escape/passwd', '../x', '.guild/sortie/secrets.json', '/etc/passwd', 'out/l'])
    expect((await agent.call(`/runs/${spec.id}/file?path=${encodeURIComponent(path)}`)).status).toBe(404);
  const meta = await agent.call(`/runs/${spec.id}/meta`);
  const entries = await tarEntries(meta.body);
  expect(entries.get('.guild/attrs/exit_status')).toBe('0\n');
  expect(entries.get('.guild/opref')).toBe(spec.opref);
  expect([...entries.keys()]).not.toContain('.guild/output');
  expect(meta.body.includes('sesame-open')).toBe(false);
  expect(entries.get('.guild/attrs/env')).toContain('PLAIN');
});

test('secrets reach the process and no file that others are shown, and are forgotten after its end', async () => {
  const spec = shellSpec('echo "$API_KEY" | tr a-z A-Z', {
    environment: { base: 'host', variables: { API_KEY: 'sesame-open' }, secrets: ['API_KEY'] },
  });
  await agent.put(spec);
  expect((await agent.call(`/runs/${spec.id}/output?follow=1`)).body.toString()).toBe('SESAME-OPEN\n');
  await ended(spec.id);
  const secrets = join(home.runDir(spec.id), '.guild/sortie/secrets.json');
  await waitFor('the secret to be forgotten', () => !readFileSync(secrets, 'utf8').includes('sesame-open'));
  expect(await agent.put(spec)).toMatchObject({ status: 'completed' });
});

test('a run is moved to the trash and back, and purged for good', async () => {
  const spec = shellSpec('echo kept');
  await agent.put(spec);
  await ended(spec.id);
  await agent.json(`/runs/${spec.id}`, { method: 'DELETE' });
  expect(await agent.json('/runs')).toEqual([]);
  expect(existsSync(join(home.home, 'trash/runs', spec.id))).toBe(true);
  expect(await agent.json(`/runs/${spec.id}/restore`, { method: 'POST' })).toMatchObject({
    status: 'completed',
  });
  expect(await agent.json<RunListing[]>('/runs?attrs=label,opref')).toMatchObject([
    { state: { id: spec.id }, attrs: { label: 'a test\n', opref: spec.opref } },
  ]);
  await agent.json(`/runs/${spec.id}?purge=1`, { method: 'DELETE' });
  expect((await agent.call(`/runs/${spec.id}`)).status).toBe(404);
  expect(existsSync(join(home.home, 'trash/runs', spec.id))).toBe(false);
});

test('a live run is not removed; one that its success removes still gives its end to whoever waits', async () => {
  const spec = shellSpec('while [ ! -e go ]; do sleep 0.02; done; echo last words', {
    deleteOnSuccess: true,
  });
  await agent.put(spec);
  expect((await agent.call(`/runs/${spec.id}`, { method: 'DELETE' })).status).toBe(409);
  writeFileSync(join(home.runDir(spec.id), 'go'), '');
  await waitFor('its removal', () => !existsSync(home.runDir(spec.id)));
  expect(await agent.state(spec.id)).toMatchObject({ status: 'completed', exitStatus: 0 });
  expect((await agent.call(`/runs/${spec.id}/output?follow=1`)).body.toString()).toBe('last words\n');
  expect(await agent.json('/runs')).toEqual([]);
});

test('attributes are changed while a run lives', async () => {
  const spec = shellSpec('sleep 1000');
  await agent.put(spec);
  await agent.json(`/runs/${spec.id}/attrs`, { method: 'PATCH', body: { label: 'new', flags: null } });
  expect(await agent.json<RunListing[]>('/runs?attrs=label,flags')).toMatchObject([
    { attrs: { label: 'new\n' } },
  ]);
  const bad = await agent.call(`/runs/${spec.id}/attrs`, { method: 'PATCH', body: { '../opref': 'x' } });
  expect(bad.status).toBe(400);
  await agent.json(`/runs/${spec.id}/stop`, { method: 'POST', body: {} });
});

test("a command's Python is found on the host, and none is an error that names where it looked", async () => {
  const python = await agent.json<PythonInfo>('/python', { method: 'POST', body: { requires: '>=3.8' } });
  expect(python.version).toMatch(/^3\./);
  const spec = shellSpec('', {
    command: ['${python_exe}', '-c', 'import sys; print(sys.argv[1:])', 'a b'],
    python: {},
  });
  await agent.put(spec);
  expect((await agent.call(`/runs/${spec.id}/output?follow=1`)).body.toString()).toBe("['a b']\n");
  const other = shellSpec('', { command: ['${python_exe}'], python: { requires: '>=4' } });
  await agent.put(other);
  expect(await ended(other.id)).toMatchObject({
    status: 'error',
    exitStatus: null,
    reason: expect.stringContaining('looked in'),
  });
});

test("a program that is not there is said in the output, and the user's lines can bring it", async () => {
  const missing = shellSpec('', { command: ['no-such-program', '1'] });
  await agent.put(missing);
  expect((await agent.call(`/runs/${missing.id}/output?follow=1`)).body.toString()).toContain(
    "cannot find the program 'no-such-program'",
  );
  expect(await ended(missing.id)).toMatchObject({ status: 'error', exitStatus: 1 });
  const tool = join(home.home, 'tool');
  writeFileSync(tool, '#!/bin/sh\necho found $1\n');
  chmodSync(tool, 0o755);
  const init = `PATH="${home.home}:$PATH"`;
  const found = shellSpec('', {
    command: ['tool', '1'],
    environment: { base: 'host', variables: {}, secrets: [], init },
  });
  await agent.put(found);
  expect((await agent.call(`/runs/${found.id}/output?follow=1`)).body.toString()).toBe('found 1\n');
});

test('events tell each state a run goes through, and a reader that comes back misses none', async () => {
  const seen: AgentEvent[] = [];
  let text = '';
  const reader = new AbortController();
  const reading = agent
    .call('/events', { signal: reader.signal, onData: (chunk) => (text += chunk.toString()) })
    .catch(() => undefined);
  const spec = shellSpec('sleep 0.2');
  await agent.put(spec);
  await ended(spec.id);
  await waitFor('the end to be told', () => text.includes('"completed"'));
  reader.abort();
  await reading;
  for (const line of text.trim().split('\n')) seen.push(JSON.parse(line) as AgentEvent);
  const statuses = seen.flatMap((event) =>
    event.type === 'run' && event.run.id === spec.id ? [event.run.status] : [],
  );
  expect([...new Set(statuses)]).toEqual(['pending', 'running', 'completed']);
  const [hello] = seen;
  if (hello?.type !== 'hello') throw new Error('Expected a stream to begin with hello');
  let again = '';
  const back = new AbortController();
  void agent
    .call(`/events?epoch=${hello.epoch}&since=${hello.seq}`, {
      signal: back.signal,
      onData: (chunk) => (again += chunk.toString()),
    })
    .catch(() => undefined);
  await waitFor('the end to be told again', () => again.includes('"completed"'));
  back.abort();
  const numbers = again
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => (JSON.parse(line) as AgentEvent).seq);
  expect(numbers).toEqual(numbers.map((_each, at) => hello.seq + 1 + at));
  expect(again.startsWith('{"type":"hello"')).toBe(true);
});

test('an agent of another version takes over the queue, and the old one leaves when nobody needs it', async () => {
  const spec = shellSpec('echo one; while [ ! -e go ]; do sleep 0.05; done; echo two');
  const old = await agent.json<HostInfo>('/host');
  await agent.put(spec);
  const newer = join(home.home, 'agent.cjs');
  copyFileSync(join(import.meta.dirname, '..', 'dist', 'agent.cjs'), newer);
  appendFileSync(newer, '\n// another version\n');
  const next = await home.client({}, newer);
  const info = await next.json<HostInfo>('/host');
  expect(info.agent.version).not.toBe(old.agent.version);
  expect(await next.state(spec.id)).toMatchObject({ status: 'running' });
  await waitFor('the queue to be handed over', async () => (await next.json<HostInfo>('/host')).slots > 0);
  const other = shellSpec('echo ran');
  await agent.put(other);
  await waitFor(
    'the new one to start what the old one staged',
    async () => (await next.state(other.id)).status === 'completed',
  );
  writeFileSync(join(home.runDir(spec.id), 'go'), '');
  await waitFor('its end', async () => (await next.state(spec.id)).status === 'completed');
  expect(await agent.state(spec.id)).toMatchObject({ status: 'completed' });
  agent.close();
  await waitFor('the old one to leave', () => !existsSync(`/proc/${old.agent.pid}`));
  next.close();
});

test('an agent with nothing to do leaves after a while, and not while a run lives', async () => {
  const idle = new AgentHome({ SORTIE_IDLE_MS: '200' });
  try {
    const client = await idle.client();
    const { pid } = (await client.json<HostInfo>('/host')).agent;
    const spec = shellSpec('while [ ! -e go ]; do sleep 0.05; done');
    await client.put(spec);
    client.close();
    const alive = () => existsSync(`/proc/${pid}`);
    await waitFor('the run', () => existsSync(join(idle.runDir(spec.id), '.guild/LOCK')));
    expect(alive()).toBe(true);
    writeFileSync(join(idle.runDir(spec.id), 'go'), '');
    await waitFor('it to leave', () => !alive());
  } finally {
    idle.dispose();
  }
});

test('a gigabyte of output arrives whole while the agent’s memory stays flat', async () => {
  const size = 1_000_000_000;
  const info = await agent.json<HostInfo>('/host');
  const peak = () =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${info.agent.pid}/status`, 'utf8'))?.[1]) / 1024;
  const before = peak();
  // No newline in all of it, and every byte value.
  const program = `import hashlib,os,sys
block = bytes(range(256)) * 4096
h = hashlib.sha256()
left = ${size}
while left:
    piece = block[:left]
    sys.stdout.buffer.write(piece)
    h.update(piece)
    left -= len(piece)
open('sum', 'w').write(h.hexdigest())`;
  const spec = shellSpec('', { command: ['${python_exe}', '-c', program], python: {} });
  await agent.put(spec);
  const hash = createHash('sha256');
  let received = 0;
  const answer = await agent.call(`/runs/${spec.id}/output?follow=1`, {
    onData: (chunk) => {
      hash.update(chunk);
      received += chunk.length;
    },
  });
  expect(received).toBe(size);
  expect(answer.trailers).toMatchObject({ 'x-sortie-end': 'final', 'x-sortie-length': String(size) });
  expect(hash.digest('hex')).toBe(readFileSync(join(home.runDir(spec.id), 'sum'), 'utf8'));
  expect(peak() - before).toBeLessThan(200);
});
