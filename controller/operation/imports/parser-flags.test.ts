import { expect, test, vi } from 'vitest';
import { planRun, requestOf, toRunSpec } from '../index.ts';
import { project, PYTHON_TEST_TIMEOUT_MS } from '../testing.ts';

vi.setConfig({ testTimeout: PYTHON_TEST_TIMEOUT_MS });

const PARSER = `
import argparse
p = argparse.ArgumentParser()
p.add_argument("--aug", action=argparse.BooleanOptionalAction, default=True)
p.add_argument("--fast", action=argparse.BooleanOptionalAction)
p.add_argument("--mode", action="store_const", const="big", default="small")
p.add_argument("--on", action="store_true")
p.add_argument("--no-shuffle", action="store_false", dest="shuffle")
p.add_argument("--use", type=bool, default=True)
p.add_argument("--layers", nargs="+", type=int, default=[1, 2])
p.add_argument("--times", action="count", default=0)
p.add_argument("--items", action="append")
`;
/** The first tells all by its syntax, the second only when it is run. */
const SCRIPTS = {
  'read.py': `${PARSER}p.parse_args()\n`,
  'asked.py': `${PARSER}for name in ["n"]:\n    p.add_argument("--" + name, default=1)\np.parse_args()\n`,
};

test.each(Object.keys(SCRIPTS))('each action of a parser (%s) takes its own words', async (script) => {
  using here = project(SCRIPTS);
  const words = async (...flags: string[]) => {
    const plan = await planRun(requestOf([script, ...flags]), here.world);
    const { command } = toRunSpec(plan, { id: '0'.repeat(32), tree: null, host: { kind: 'remote' } });
    return command.slice(3).join(' ').replace(' --n 1', '');
  };
  expect(await words()).toBe('--layers 1 2 --use 1');
  expect(await words('aug=no', 'fast=yes', 'mode=yes', 'on=yes', 'no-shuffle=no', 'use=no', 'layers=3')).toBe(
    '--no-aug --fast --layers 3 --mode --no-shuffle --on --use ',
  );
  await expect(words('items=3')).rejects.toMatchObject({ code: 'unknown-flag' });
  await expect(words('mode=big')).rejects.toMatchObject({ code: 'bad-flag-value' });
});

const CLICK = `
import click
@click.command()
@click.option("--s", default="hello")
@click.option("--n", default=3)
@click.option("--x", default=0.5)
@click.option("--name")
@click.option("--pair", nargs=2, default=(1, "a"))
@click.option("--tag", multiple=True, default=["a", "b"])
def main(**flags):
    print(flags)
`;
const CLICK_SCRIPT = { 'c.py': `${CLICK}main()\n` };

test.each([
  ['s=1e3', '--n 3 --pair 1 a --s 1e3 --x 0.5'],
  ['s=007', '--n 3 --pair 1 a --s 007 --x 0.5'],
  ['s=no', '--n 3 --pair 1 a --s no --x 0.5'],
  ['s=1.10', '--n 3 --pair 1 a --s 1.10 --x 0.5'],
  ['name=007', '--n 3 --name 007 --pair 1 a --s hello --x 0.5'],
  ['tag=c', '--n 3 --pair 1 a --s hello --tag c --x 0.5'],
])("an option of click without a type has its default's: %s", async (flag, expected) => {
  using here = project(CLICK_SCRIPT);
  const plan = await planRun(requestOf(['c.py', flag]), here.world);
  const { command } = toRunSpec(plan, { id: '0'.repeat(32), tree: null, host: { kind: 'remote' } });
  expect(command.slice(3).join(' ')).toBe(expected);
});

test('a word for an option whose default is a number has to be one', async () => {
  using here = project(CLICK_SCRIPT);
  await expect(planRun(requestOf(['c.py', 'n=many']), here.world)).rejects.toMatchObject({
    code: 'bad-flag-value',
  });
});

/** Scripts of argparse and their flags, by the words of their commands. */
test.each([
  [
    'a parser before the real one, as its parent',
    `pre = argparse.ArgumentParser(add_help=False)
pre.add_argument('--config', default='c.json')
known, rest = pre.parse_known_args()
p = argparse.ArgumentParser(parents=[pre])
p.add_argument('--lr', type=float, default=0.1)
print(p.parse_args())`,
    '--config c.json --lr 0.1',
  ],
  [
    'a parser before the real one, which takes its defaults',
    `pre = p = argparse.ArgumentParser()
pre.add_argument('--config', default='c.json')
p = argparse.ArgumentParser()
group = p.add_argument_group('data')
group.add_argument('--lr', type=float, default=0.1)
def parse():
    known, rest = pre.parse_known_args()
    p.set_defaults(**vars(known))
    return p.parse_args(rest)
parse()`,
    '--config c.json --lr 0.1',
  ],
  [
    'a parser that is never parsed',
    `other = argparse.ArgumentParser()
other.add_argument('--other', default=1)
p = argparse.ArgumentParser()
p.add_argument('--lr', type=float, default=0.1)
p.parse_args()`,
    '--lr 0.1',
  ],
  [
    'a parser in a function that nothing calls',
    `def old():
    p = argparse.ArgumentParser()
    p.add_argument('--old', default=1)
    return p.parse_args()
def new():
    p = argparse.ArgumentParser()
    p.add_argument('--new', default=1)
    return p.parse_args()
new()`,
    '--new 1',
  ],
  [
    'a name for the method that adds',
    `p = argparse.ArgumentParser()
add = p.add_argument
add('--n', type=int, default=1)
add('--line', action='store_true', default=False, help='x')
p.parse_args()`,
    '--n 1',
  ],
  [
    'the method that adds, handed to a function',
    `p = argparse.ArgumentParser()
def fill(add):
    add('--n', type=int, default=1)
fill(p.add_argument)
p.parse_args()`,
    '--n 1',
  ],
])('argparse: %s', async (_, script, expected) => {
  using here = project({ 't.py': `import argparse\n${script}\n` });
  const plan = await planRun(requestOf(['t.py']), here.world);
  const { command } = toRunSpec(plan, { id: '0'.repeat(32), tree: null, host: { kind: 'remote' } });
  expect(command.slice(3).join(' ')).toBe(expected);
  expect(plan.warnings).toEqual([]);
});

test('where a package is missing, the flags that the syntax tells are taken, and what was not read is said', async () => {
  using here = project({ 't.py': `import no_such_package\n${SCRIPTS['asked.py']}` });
  const plan = await planRun(requestOf(['t.py']), here.world);
  expect(plan.flags.get('use')).toBe(true);
  expect(plan.warnings.join('\n')).toMatch(
    /cannot import all flags from t\.py, since it adds arguments under conditions or in loops: .*no_such_package/,
  );
});

test('a path that a script has as its default stays as it is, and one of guild.yml becomes absolute', async () => {
  const script = `import click
@click.command()
@click.option("--out", type=click.Path(), default="result.txt")
def main(out):
    pass
main()
`;
  using here = project({
    'c.py': script,
    'guild.yml': 'a: {main: c, flags-import: all}\nb: {main: c, flags-import: all, flags: {out: own.txt}}\n',
  });
  const out = async (...words: string[]) => (await planRun(requestOf(words), here.world)).flags.get('out');
  expect(await out('a')).toBe('result.txt');
  expect(await out('a', 'out=typed.txt')).toMatch(/^\/.*\/typed\.txt$/);
  expect(await out('b')).toMatch(/^\/.*\/own\.txt$/);
});

test('the operation is taken also where flags were typed before it', async () => {
  using here = project({ 't.py': 'lr = 0.5\n' });
  const plan = await planRun(requestOf(['lr=0.1', 't.py']), here.world);
  expect(plan.flags.get('lr')).toBe(0.1);
  await expect(planRun(requestOf(['lr=0.1', 't.py', 'u.py']), here.world)).rejects.toMatchObject({
    code: 'no-operation',
  });
});

test('a list whose bracket is not closed is told as that', async () => {
  const script =
    'import argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", type=float)\np.parse_args()\n';
  using here = project({ 't.py': script });
  await expect(planRun(requestOf(['t.py', 'lr=[0.1,0.2']), here.world)).rejects.toMatchObject({
    hint: 'Its ] is missing: lr=[0.1,0.2]',
  });
});

test('a script that imports guild is warned of, unless the project has a package of that name', async () => {
  const script = { 't.py': 'from guild import summary\nx = 1\n' };
  using without = project(script);
  expect((await planRun(requestOf(['t.py']), without.world)).warnings).toEqual([
    expect.stringMatching(/^t\.py imports guild, which Sortie does not bring/),
  ]);
  using own = project({ ...script, 'guild/__init__.py': '' });
  expect((await planRun(requestOf(['t.py']), own.world)).warnings).toEqual([]);
});
