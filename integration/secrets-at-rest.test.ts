/** A run has its secrets, and no file of any home has them once it is over. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

/** By what people call them, and by `env-secrets`; half of them an operation's own, half the caller's. */
const OWN = [
  'API_KEY',
  'DB_PASSWORD',
  'HF_TOKEN',
  'CLIENT_SECRET',
  'named_by_the_project',
  'AWS_SECRET_ACCESS_KEY',
];
const CALLERS = [
  'GITHUB_TOKEN',
  'WANDB_API_KEY',
  'SSH_PASSPHRASE',
  'GCP_CREDENTIALS',
  'SIGNING_KEY',
  'named_too',
];
const planted = (name: string) => `planted-${name.toLowerCase().replaceAll('_', '-')}`;

/** The project's own file has its secrets in it: it is no source here. */
const GUILDFILE = `
train:
  exec: sh train.sh
  flags: {x: 1}
  sourcecode: ['*.sh']
  env: {${OWN.map((name) => `${name}: ${planted(name)}`).join(', ')}}
  env-secrets: [named_by_the_project, named_too]
twice:
  steps: [train, train]
  env-secrets: [named_too]
`;
/** Counts what it has, without a word of it. */
const SCRIPT = `n=0
for name in ${[...OWN, ...CALLERS].join(' ')}; do
  eval "value=\\$$name"
  case $value in planted-*) n=$((n + 1)) ;; esac
done
echo "secrets: $n"
`;

/** The files below a folder that have a planted value in them, by their paths. */
function leaks(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((path) => join(dir, path))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .filter((path) => {
      const text = readFileSync(path, 'latin1');
      return [...OWN, ...CALLERS].some((name) => text.includes(planted(name)));
    });
}

test.each([
  ['a run', ['train'], 1],
  ['a batch', ['train', 'x=[1,2]'], 2],
  ['a pipeline', ['twice'], 2],
])('%s has its secrets here, and keeps none of them', async (_, words, runs) => {
  await using lab = new Lab();
  lab.put('work/guild.yml', GUILDFILE);
  lab.put('work/train.sh', SCRIPT);
  const env = Object.fromEntries(CALLERS.map((name) => [name, planted(name)]));
  const at = { cwd: join(lab.laptop, 'work'), env };
  const done = await lab.sortie(['run', ...words, '-y'], at);
  expect(done.code).toBe(0);
  const counts = await lab.sortie(['runs', '--json'], at);
  const ids = (JSON.parse(counts.stdout) as { id: string; operation: string }[]).filter(
    ({ operation }) => operation === 'train',
  );
  expect(ids).toHaveLength(runs);
  for (const { id } of ids) {
    const said = readFileSync(join(lab.sortieHome, 'runs', id, '.guild/output'), 'utf8');
    expect(said).toBe(`secrets: ${OWN.length + CALLERS.length}\n`);
  }
  expect(leaks(lab.sortieHome)).toEqual([]);
});

test("on a host a run has the operation's secrets, also when it is restarted, and neither home keeps them", async () => {
  await using lab = new Lab();
  const box = await lab.host('box');
  lab.put('work/guild.yml', GUILDFILE);
  lab.put('work/train.sh', SCRIPT);
  const at = { cwd: join(lab.laptop, 'work') };
  const said = { code: 0, stdout: `secrets: ${OWN.length}\n` };
  expect(await lab.sortie(['run', 'train', '-r', 'box', '-y'], at)).toMatchObject(said);
  const id = (await lab.sortie(['select'], at)).stdout.trim();
  expect(await lab.sortie(['run', '--restart', id, '-y'], at)).toMatchObject(said);
  for (const home of [lab.sortieHome, join(box.home, '.sortie')]) expect(leaks(home)).toEqual([]);
  const elsewhere = await lab.sortie(['run', '--restart', id, '-y'], { cwd: lab.laptop });
  expect(elsewhere.code).not.toBe(0);
  expect(elsewhere.stderr).toMatch(/the value of '\w+' is needed again: secrets are not recorded/);
});
