/**
 * Uses Sortie over real SSH while everything goes wrong, and then asks what must hold all the same.
 *
 *     npm run torture -- [--seed N] [--minutes M] [--hosts K]
 *
 * Ends with 1 where an invariant is broken. The same seed makes the same choices; what they meet also depends on how fast the machine is.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { Lab } from '../support/lab.ts';
import { randomOf } from '../support/seeded.ts';
import { TrialLedger } from '../support/trial-ledger.ts';
import { Choices } from './choices.ts';
import { Commands } from './commands.ts';
import { FAULTS, type Torn } from './faults.ts';
import { hasNamespaces, makeBoxes, releaseDisks } from './hosts.ts';
import { INVARIANTS } from './judge.ts';
import { settle } from './settle.ts';

/** More commands at a time would only wait for one another. */
const MOST_OPEN = 6;
/** Between one thing that happens and the next, ms. */
const APART = { from: 200, to: 1500 };

const { values } = parseArgs({
  options: { seed: { type: 'string' }, minutes: { type: 'string' }, hosts: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const minutes = Number(values.minutes ?? 2);
const hosts = Number(values.hosts ?? 3);
if (![seed, minutes, hosts].every((each) => each >= 0)) {
  process.stderr.write('torture: --seed, --minutes and --hosts take numbers\n');
  process.exit(2);
}

// Mounts are made for this alone, and go with it; /tmp itself becomes each box's own.
if (process.env['SORTIE_TORTURE'] === undefined && hasNamespaces) {
  const env = { ...process.env, SORTIE_TORTURE: '1', TMPDIR: '/var/tmp' };
  const words = ['--mount', process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.exit(spawnSync('unshare', words, { stdio: 'inherit', env }).status ?? 1);
}
process.exitCode = await torture();

async function torture(): Promise<number> {
  await using lab = new Lab();
  const choices = new Choices(randomOf(seed));
  const ledger = new TrialLedger(lab, { seconds: '$(( $1 % 3 )).$(( $1 % 7 ))' });
  const boxes = await makeBoxes(lab, hosts);
  const commands = new Commands(lab, boxes, choices);
  const torn = { lab, boxes, choices, ledger };
  print(
    `seed ${seed}, ${minutes} min, ${hosts} boxes ${hasNamespaces ? 'with process ids, /tmp, disks and boot ids of their own' : "on this machine's own process ids, /tmp, disk and boot id"}`,
  );
  const { acts, faults } = await happen(torn, commands);
  print('taking everything back, and waiting for all runs to end');
  const listed = await settle(torn, commands);
  print(`${sum(acts)} acts: ${counts(acts)}`);
  print(`${sum(faults)} faults: ${counts(faults)}`);
  print(`${ledger.starts} trials started, ${listed.length} runs listed`);
  let broken = 0;
  for (const [name, invariant] of Object.entries(INVARIANTS)) {
    const violations = invariant({ lab, boxes, commands, ledger, listed });
    broken += violations.length;
    print(`${violations.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    for (const violation of violations.slice(0, 10)) print(`       ${violation}`);
  }
  print(`${Object.keys(INVARIANTS).length} invariants checked, ${broken} violations`);
  releaseDisks(boxes);
  if (broken > 0) print(`again: npm run torture -- --seed ${seed} --minutes ${minutes} --hosts ${hosts}`);
  return broken === 0 ? 0 : 1;
}

/** Lets commands and faults happen until the time is up; counts them by kind. */
async function happen(torn: Torn, commands: Commands) {
  const { choices, boxes } = torn;
  const acts = new Map<string, number>();
  const faults = new Map<string, number>();
  const under = new Set<Promise<void>>();
  const end = Date.now() + minutes * 60_000;
  const kinds = ['single', 'single', 'batch', 'batch', 'stop', 'pull', 'watch', 'delete', 'kill'] as const;
  while (Date.now() < end) {
    if (choices.between(1, 10) <= 6) {
      const kind = choices.one(kinds) ?? 'single';
      if (commands.open.length < MOST_OPEN || kind === 'kill') {
        const said = await commands[kind]();
        note(acts, kind);
        trace(said);
      }
    } else {
      const [name, fault] = choices.one(Object.entries(FAULTS)) ?? [];
      const box = choices.one(boxes);
      if (name !== undefined && fault !== undefined && box !== undefined && !box.isOff) {
        note(faults, name);
        trace(`${name} (${box.host.name})`);
        const happening: Promise<void> = Promise.resolve(fault(torn, box)).finally(() => {
          under.delete(happening);
          trace(`over: ${name} (${box.host.name})`);
        });
        under.add(happening);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, choices.between(APART.from, APART.to)));
  }
  trace(`waiting for ${under.size} faults to end`);
  await Promise.all(under);
  return { acts, faults };
}

function note(counted: Map<string, number>, name: string): void {
  counted.set(name, (counted.get(name) ?? 0) + 1);
}

function counts(counted: ReadonlyMap<string, number>): string {
  return [...counted].map(([name, count]) => `${name} ${count}`).join(', ');
}

function sum(counted: ReadonlyMap<string, number>): number {
  return [...counted.values()].reduce((total, count) => total + count, 0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function trace(line: string): void {
  if (process.env['SORTIE_TORTURE_TRACE'] !== undefined)
    process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}
