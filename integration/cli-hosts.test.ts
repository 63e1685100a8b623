import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

interface Finding {
  readonly host: string;
  readonly about: string;
  readonly verdict: string;
}

test('doctor says what it finds on a box, and exits 0 where nothing keeps runs from working', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  const { code, stdout } = await lab.sortie(['doctor', 'gpu-box', '--json']);
  const found = JSON.parse(stdout) as Finding[];
  expect(new Set(found.map(({ host }) => host))).toEqual(new Set(['gpu-box']));
  expect(found.map(({ about }) => about)).toEqual(
    expect.arrayContaining(['connection', 'agent', 'gpus', 'disk', 'clock', 'python']),
  );
  expect(found.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  expect(code).toBe(0);
});

test('doctor marks what failed, and exits 1, for a box that is down', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  await box.powerOff();
  const { code, stdout } = await lab.sortie(['doctor', 'gpu-box']);
  expect(stdout).toMatch(/^gpu-box\n {2}✖ connection /);
  expect(code).toBe(1);
});

test('top tells of this machine and of every configured remote, and of others though one cannot be used', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  const denied = await lab.host('denied-box');
  rmSync(join(lab.dir, `sshd-${denied.name}`, 'authorized_keys'), { force: true });
  lab.put('.sortie/config.yml', 'remotes:\n  gpu-box:\n  denied-box:\n');
  const child = lab.spawn(['top', '--json']);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const closed = once(child, 'close');
  const hosts = new Set<string>();
  let rest = '';
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = JSON.parse(line) as { type: string; host?: string };
      if (event.type === 'host' && event.host !== undefined) hosts.add(event.host);
    }
    if (hosts.size === 2 && !child.killed) child.kill('SIGINT');
  }
  expect(hosts).toEqual(new Set(['local', 'gpu-box']));
  expect(stderr).toContain('WARNING: denied-box: ');
  expect(await closed).toEqual([0, null]);
});
