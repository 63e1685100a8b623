import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Following } from './support/following.ts';
import { Lab, type PretendedHost } from './support/lab.ts';
import { killOnHost, processesMentioning } from './support/processes.ts';
import {
  expectWhole,
  hostOutput,
  listed,
  openGate,
  sha256,
  startsOn,
  TALKATIVE,
  theRun,
} from './support/remote-run.ts';
import { waitFor } from './support/wait.ts';

async function labWithBox() {
  const lab = new Lab();
  const box = await lab.host('gpu-box');
  lab.put('talk.py', TALKATIVE);
  return { lab, box, [Symbol.asyncDispose]: async () => lab[Symbol.asyncDispose]() };
}

/** A command that is attached to a run which waits half-way. */
async function attachedHalfWay(lab: Lab, flags: readonly string[] = []) {
  const shown = new Following(
    lab.spawn(['run', 'talk.py', 'lines=2000', 'gated=1', ...flags, '-y', '-r', 'gpu-box']),
  );
  await shown.says('half-way');
  return { shown, id: await theRun(lab) };
}

/** Processes of sshd that serve a connection: children of its listener, and theirs. */
function sessionsOf({ server }: PretendedHost): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended in between.
    }
  }
  return [...parents].flatMap(([pid, parent]) => (parent === server.pid ? [pid] : []));
}

test('a controller that is killed leaves the run alone: watch shows all of it, and pull brings its files', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  const { shown, id } = await attachedHalfWay(lab, ['status=5']);
  shown.child.kill('SIGKILL');
  await shown.ended;
  const watching = new Following(lab.spawn(['watch', id.slice(0, 8)]));
  await watching.says('half-way');
  openGate(box);
  await watching.endsWith(5);
  await expectWhole({ lab, box, id, shown: watching });
  expect(await lab.sortie(['pull', id])).toMatchObject({ code: 0 });
  expect(existsSync(join(lab.sortieHome, 'runs', id, '.guild/attrs/exit_status'))).toBe(true);
  expect(await listed(lab)).toMatchObject([{ id, status: 'error', exit_status: 5 }]);
});

test('an agent that is killed in mid-run is started anew, and the attached command goes on', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  const { shown, id } = await attachedHalfWay(lab, ['status=5']);
  expect(killOnHost(box, 'agent.cjs')).toBeGreaterThan(0);
  await shown.says('connection lost');
  openGate(box);
  await shown.endsWith(5);
  expect(shown.stderr).toContain('gpu-box: connected again');
  await expectWhole({ lab, box, id, shown });
});

test.each(['blob-received', 'staged-aside', 'staged', 'before-intent', 'after-intent', 'after-spawn'])(
  'an agent that dies at the point %s starts the run once, all the same, and the command goes on',
  async (point) => {
    await using lab = new Lab();
    // The first agent of the host is the doomed one.
    const shell = join(lab.dir, 'shell');
    writeFileSync(
      shell,
      `#!/bin/sh\nif mkdir "$HOME/doomed" 2>/dev/null; then export SORTIE_FAULT=${point}; fi\nexec /bin/sh "$@"\n`,
      { mode: 0o755 },
    );
    const box = await lab.host('gpu-box', { shell });
    lab.put('talk.py', TALKATIVE);
    lab.put('more.txt', randomBytes(3_000_000).toString('base64'));
    lab.put(
      'guild.yml',
      'talk:\n  main: talk\n  flags-import: all\n  requires:\n    - file: more.txt\n    - file: big.bin\n',
    );
    lab.put('big.bin', randomBytes(9_000_000).toString('base64'));
    const shown = new Following(lab.spawn(['run', 'talk', 'lines=50', 'status=5', '-y', '-r', 'gpu-box']));
    await shown.endsWith(5);
    expect(shown.stderr).toContain('gpu-box: connected again');
    await expectWhole({ lab, box, id: await theRun(lab), shown });
  },
);

test("this machine's own agent may be killed in mid-run too", async () => {
  await using lab = new Lab();
  lab.put('talk.py', TALKATIVE);
  const shown = new Following(lab.spawn(['run', 'talk.py', 'lines=2000', 'gated=1', 'status=5', '-y']));
  await shown.says('half-way');
  const id = await theRun(lab);
  expect(killOnHost({ home: lab.laptop }, 'agent.cjs')).toBeGreaterThan(0);
  await shown.says('connection lost');
  openGate({ home: lab.laptop });
  await shown.endsWith(5);
  expect(shown.digest()).toBe(sha256(join(lab.sortieHome, 'runs', id, '.guild/output')));
  expect(startsOn({ home: lab.laptop })).toBe(1);
  expect(await listed(lab)).toMatchObject([{ id, status: 'error', exit_status: 5 }]);
});

test("sshd's processes for the connection may be killed in mid-run", async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  if (box.server.pid === undefined) return box.proxy.cut();
  const { shown, id } = await attachedHalfWay(lab);
  const sessions = sessionsOf(box);
  expect(sessions.length).toBeGreaterThan(0);
  for (const pid of sessions) process.kill(pid, 'SIGKILL');
  await shown.says('connection lost');
  openGate(box);
  await shown.endsWith(0);
  await expectWhole({ lab, box, id, shown });
});

test('a supervisor that is killed, with its program, makes a lost run, and says why everywhere', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  const { shown, id } = await attachedHalfWay(lab);
  const attempt = join(box.home, '.sortie/runs', id, '.guild/sortie/attempts/1');
  for (const receipt of ['claim/supervisor', 'started'])
    process.kill(Number(readFileSync(join(attempt, receipt), 'utf8').split('\t')[0]), 'SIGKILL');
  const { code } = await shown.ended;
  expect(code).toBe(1);
  expect(shown.stderr).toMatch(
    new RegExp(`^${id.slice(0, 8)} lost.* \\(gpu-box\\): supervisor killed$`, 'm'),
  );
  expect(await listed(lab)).toMatchObject([{ id, status: 'lost', reason: 'supervisor killed' }]);
  const info = await lab.sortie(['runs', 'info', id]);
  expect(info.stdout).toMatch(/^status: lost \(gpu-box\)$/m);
  expect(info.stdout).toMatch(/^reason: supervisor killed$/m);
  await expectWhole({ lab, box, id, shown });
});

test('a supervisor that is killed alone leaves its program, which can be stopped', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  const { shown, id } = await attachedHalfWay(lab);
  const attempt = join(box.home, '.sortie/runs', id, '.guild/sortie/attempts/1');
  process.kill(Number(readFileSync(join(attempt, 'claim/supervisor'), 'utf8').split('\t')[0]), 'SIGKILL');
  expect(await lab.sortie(['stop', id, '-y', '--grace', '1'])).toMatchObject({ code: 0 });
  expect((await shown.ended).code).toBe(1);
  expect(shown.stderr).toMatch(/ lost.* \(gpu-box\): supervisor killed$/m);
  await expectWhole({ lab, box, id, shown });
});

test('a host that is switched off is waited for, and its run is lost to the reboot', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  const { shown, id } = await attachedHalfWay(lab);
  const before = readFileSync(hostOutput(box, id));
  await box.powerOff();
  await shown.says('the run keeps running, trying again');

  const stop = await lab.sortie(['stop', id, '-y']);
  expect(stop.code).toBe(2);
  expect(stop.stderr).toContain(`127.0.0.1:${box.port}`);
  expect(await listed(lab)).toMatchObject([{ id, status: 'running' }]);
  expect(readFileSync(join(lab.sortieHome, 'runs', id, '.guild/output'))).toEqual(before);

  await box.powerOn();
  expect((await shown.ended).code).toBe(1);
  expect(shown.stderr).toContain('gpu-box: connected again');
  expect(shown.stderr).toMatch(new RegExp(`^${id.slice(0, 8)} lost.* \\(gpu-box\\): host rebooted$`, 'm'));
  expect(await listed(lab)).toMatchObject([{ id, status: 'lost', reason: 'host rebooted' }]);
  await expectWhole({ lab, box, id, shown });
});

/** Starts children that each get away in another way, and takes no notice of TERM. */
const STUBBORN = `import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open(os.path.expanduser('~/starts'), 'a') as starts: starts.write('%d\\n' % os.getpid())
subprocess.Popen(['setsid', 'sh', '-c', 'trap "" TERM HUP; sleep 1001; sleep 1002'])
subprocess.Popen([sys.executable, '-c', '''
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
os.closerange(0, 64)
time.sleep(1003)
'''])
print('up', flush=True)
os.close(1)
os.close(2)
while True: time.sleep(1)
`;

test('a program that ignores TERM, has children in sessions of their own and closed its output is stopped whole', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  lab.put('stubborn.py', STUBBORN);
  const shown = new Following(lab.spawn(['run', 'stubborn.py', '-y', '-r', 'gpu-box']));
  await shown.says('up\n');
  const id = await theRun(lab);
  await waitFor('all of it', () => processesMentioning(`SORTIE_RUN_ID=${id}`).length >= 4);
  const stopped = await lab.sortie(['stop', id, '-y', '--grace', '1']);
  expect(stopped).toMatchObject({ code: 0 });
  expect(processesMentioning(`SORTIE_RUN_ID=${id}`)).toEqual([]);
  expect(stopped.stderr).toContain('(terminated)');
  // 128 and SIGKILL.
  await shown.endsWith(137);
  await expectWhole({ lab, box, id, shown });
  expect(startsOn(box)).toBe(1);
});
