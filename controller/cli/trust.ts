import { resolve } from 'node:path';
import { UserError } from '#protocol';
import {
  distrust,
  parseUserConfig,
  PROJECT_CONFIG,
  readProjectConfig,
  trust,
  trustedFiles,
} from '#controller/remotes';
import { safeText } from '#controller/tui';
import type { Invocation } from './command.ts';
import type { Context } from './context.ts';

/** `sortie trust [DIR]`. Typing it is the answer: nothing is asked. */
export async function execute(
  { options, words }: Invocation,
  { cwd, home, stdout }: Context,
): Promise<number> {
  if (options['list'] === true) {
    for (const { file } of trustedFiles(home)) stdout.write(`${safeText(file)}\n`);
    return 0;
  }
  const folder = resolve(cwd, words[0] ?? '.');
  const config = await readProjectConfig(folder);
  if (options['revoke'] === true) {
    const file = config?.file ?? resolve(folder, PROJECT_CONFIG);
    stdout.write(distrust(home, file) ? `No longer trusting ${file}\n` : `${file} was not trusted\n`);
    return 0;
  }
  if (config === null)
    throw new UserError({
      code: 'no-project-config',
      message: `${folder} has no ${PROJECT_CONFIG}`,
      hint: 'Run it in the folder of the project, or name that folder.',
    });
  for (const [name, { entry }] of parseUserConfig(config.text, config.file).remotes) {
    stdout.write(`${name}\n`);
    for (const [key, value] of Object.entries(entry)) stdout.write(`  ${key}: ${safeText(String(value))}\n`);
  }
  trust(home, config.file, config.text);
  stdout.write(`Trusting ${config.file} as it is now\n`);
  return 0;
}
