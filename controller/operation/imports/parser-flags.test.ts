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
