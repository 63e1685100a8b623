import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { examineHost, loadUserConfig, openHost, type Host, type RemoteContext } from '#controller/remotes';
import { isFinal, type AgentEvent } from '#protocol';
import { shellSpec } from './support/agent-process.ts';
import { Lab, type HostOptions } from './support/lab.ts';
import { testNeeding } from './support/programs.ts';
import { waitFor } from './support/wait.ts';

async function contextOf(lab: Lab): Promise<RemoteContext> {
  return {
    home: lab.sortieHome,
    cwd: lab.laptop,
    env: lab.env,
    config: await loadUserConfig({ cwd: lab.laptop, env: lab.env }),
    prompter: null,
    notice: () => undefined,
    onProgress: () => undefined,
  };
}

async function opened(options: HostOptions = {}) {
  const lab = new Lab();
  const box = await lab.host('gpu-box', options);
  const { host } = await openHost('gpu-box', await contextOf(lab));
  const dispose = async () => {
    await host.close();
    await lab[Symbol.asyncDispose]();
  };
  return { lab, box, host, [Symbol.asyncDispose]: dispose };
}

async function sha256(bytes: AsyncIterable<Uint8Array>, onBytes: (total: number) => void = () => undefined) {
  const hash = createHash('sha256');
  let total = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    total += chunk.length;
    onBytes(total);
  }
  return { total, hash: hash.digest('hex') };
}

/** Numbers, one a line: output in which any gap or duplicate changes the hash. */
const countTo = (last: number) => shellSpec(`seq 1 ${last}`);

async function finished(host: Host, id: string): Promise<void> {
  await waitFor('the run to end', async () => isFinal((await host.run(id)).status));
}

testNeeding('fish')('the second contact goes straight to the socket: no shell is started', async () => {
  await using at = await opened({
    shell: 'fish',
    files: { '.config/fish/config.fish': 'echo x >> $HOME/shells' },
  });
  await at.host.info();
  const shells = () => readFileSync(join(at.box.home, 'shells'), 'utf8');
  const before = shells();
  const { host } = await openHost('gpu-box', await contextOf(at.lab));
  await host.info();
  expect(shells()).toBe(before);
  await host.close();
});

test('a remembered socket that is gone leads back to the bootstrap', async () => {
  await using at = await opened({ allowStreamLocal: false });
  const { agent } = await at.host.info();
  process.kill(agent.pid, 'SIGKILL');
  const next = await waitFor('another agent', async () => {
    const info = await at.host.info();
    return info.agent.pid === agent.pid ? null : info;
  });
  expect(next.hostId).toBeTruthy();
});

test('output cut again and again on its way arrives byte for byte', async () => {
  await using at = await opened();
  const spec = countTo(1_000_000);
  await at.host.putRun(spec);
  let cuts = 0;
  const got = await sha256(at.host.output(spec.id, { from: 0, follow: true }), (total) => {
    // What is on its way when a link is cut is still read: the next cut is one of the next link.
    if (total <= (cuts + 1) * 1_000_000 || cuts >= 4 || at.box.proxy.connections <= cuts) return;
    cuts += 1;
    at.box.proxy.cut();
  });
  const file = readFileSync(join(at.box.home, '.sortie/runs', spec.id, '.guild/output'));
  expect(got).toEqual({ total: file.length, hash: createHash('sha256').update(file).digest('hex') });
  expect(cuts).toBe(4);
  // After the last cut all may have been on its way.
  expect(at.box.proxy.connections).toBeGreaterThanOrEqual(4);
});

test('a black hole in the middle of output is noticed, and the rest comes by the next link', async () => {
  await using at = await opened();
  const spec = countTo(300_000);
  await at.host.putRun(spec);
  await finished(at.host, spec.id);
  const links: string[] = [];
  at.host.onLink(({ kind }) => links.push(kind));
  at.box.proxy.faults.blackHole = true;
  const reading = sha256(at.host.output(spec.id, { from: 0, follow: true }));
  const cancel = new AbortController();
  const call = at.host.info({ signal: cancel.signal });
  cancel.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  await waitFor('the dead link to be noticed', () => at.host.link.kind === 'lost');
  at.box.proxy.faults.blackHole = false;
  at.box.proxy.cut();
  const file = readFileSync(join(at.box.home, '.sortie/runs', spec.id, '.guild/output'));
  expect((await reading).hash).toBe(createHash('sha256').update(file).digest('hex'));
  expect(links).toEqual(expect.arrayContaining(['live', 'lost']));
});

test('events go on over a cut, and each run is seen to its end', async () => {
  await using at = await opened();
  await at.host.info();
  const events: AgentEvent[] = [];
  const leave = new AbortController();
  const reading = (async () => {
    for await (const event of at.host.events({ signal: leave.signal })) events.push(event);
  })();
  await waitFor('the greeting', () => events.length > 0);
  at.box.proxy.cut();
  const spec = shellSpec('echo hello');
  await at.host.putRun(spec);
  await waitFor('the end of the run to be told', () =>
    events.some((event) => event.type === 'run' && event.run.id === spec.id && isFinal(event.run.status)),
  );
  leave.abort(new Error('left'));
  await expect(reading).rejects.toThrow('left');
});

test('a link cut in the middle of the first contact is made again by itself', async () => {
  await using at = await opened();
  let cuts = 0;
  const cutWhileSending = () => {
    if ((cuts += 1) === 1) at.box.proxy.cut();
  };
  const context = { ...(await contextOf(at.lab)), onProgress: cutWhileSending };
  const { host } = await openHost('gpu-box', context);
  expect((await host.info()).hostname).toBeTruthy();
  expect(cuts).toBeGreaterThan(0);
  expect(at.box.proxy.connections).toBe(2);
  await host.close();
});

test('doctor says of a host what there is to say', async () => {
  await using at = await opened({ allowStreamLocal: false });
  const checks = new Map<string, string>();
  for await (const { about, verdict } of examineHost('gpu-box', await contextOf(at.lab)))
    checks.set(about, verdict);
  expect(Object.fromEntries(checks)).toMatchObject({
    connection: 'ok',
    cipher: 'ok',
    forwarding: 'warn',
    agent: 'ok',
    // A Node without zstd is enough, and is told of.
    runtime: expect.stringMatching(/^(?:ok|warn)$/) as string,
    gpus: 'ok',
    clock: 'ok',
    python: 'ok',
  });
  expect([...checks.keys()]).toEqual(expect.arrayContaining(['survival', 'disk']));
});

test('doctor ends with the first thing that is broken', async () => {
  await using at = await opened();
  at.box.proxy.faults.refuse = true;
  const checks = [];
  for await (const check of examineHost('gpu-box', await contextOf(at.lab))) checks.push(check);
  expect(checks).toHaveLength(1);
  expect(checks[0]).toMatchObject({ about: 'connection', verdict: 'fail' });
  expect(existsSync(join(at.box.home, '.sortie'))).toBe(false);
});
