/** The program of a pipeline's run: runs the steps one after the other, and ends with the first that fails. Its output is theirs. */
import { basename, join } from 'node:path';
import { giveSignOfLife } from '#controller/batch';
import { callersEnvironment } from '#controller/dispatch';
import { handOver, takeTyped, typedPrompter, TYPED_VARIABLE } from '#controller/remotes';
import { PIPELINE, readOrders } from './orders.ts';
import { Pipeline } from './pipeline.ts';

async function main(words: readonly string[]): Promise<number> {
  const dir = process.cwd();
  const home = process.env['GUILD_HOME'] ?? join(dir, '../..');
  const orders = readOrders(dir);
  if (orders === null) throw new Error(`Expected the orders of a pipeline in ${dir}`);
  // Steps have nobody to ask either, and begin when whoever typed something may have gone.
  const typed = await takeTyped(home, basename(dir));
  const steps = `${basename(dir)}-steps`;
  await using _handover = typed && (await handOver({ home, id: steps, typed }));
  const pipeline = new Pipeline({
    orders,
    dir,
    home,
    env: { ...callersEnvironment(process.env), ...(typed && { [TYPED_VARIABLE]: steps }) },
    prompter: typed && typedPrompter(typed),
    needed: words.includes('--needed'),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  process.on('SIGTERM', () => void pipeline.stop('TERM'));
  process.on('SIGINT', () => void pipeline.stop('INT'));
  giveSignOfLife(dir, PIPELINE);
  return await pipeline.run();
}

process.exit(await main(process.argv.slice(2)));
