import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { Lab } from './support/lab.ts';
import { requireProgram, testNeeding } from './support/programs.ts';

const GUILDFILE = `- model: toy
  operations:
    train:
      main: fit
      description: Train a model
      flags:
        lr: 0.1
        epochs: 3
        model: {default: resnet, choices: [resnet, vit]}
`;

/** A laptop with a project, an alias in ssh_config, a remote in config.yml, and `sortie` on its PATH. */
function projectLab(): Lab {
  const lab = new Lab();
  lab.put('work/guild.yml', GUILDFILE);
  lab.put('work/fit.py', 'lr = 0.1\n');
  lab.put('work/trials.csv', 'lr\n0.1\n');
  lab.put('.ssh/config', 'Host alias-box *.lab\n  Port 22\n');
  lab.put('.sortie/config.yml', 'remotes:\n  named-box:\n    description: under the desk\n');
  const program = join(import.meta.dirname, '../bin/sortie.js');
  chmodSync(lab.put('bin/sortie', `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`), 0o755);
  return lab;
}

/** A shell at its prompt, with `sortie` completed by its script. */
const SHELLS = {
  bash: {
    words: ['--norc', '--noprofile', '-i'],
    tabs: '\t\t',
    setup: 'PS1="ready> "; bind "set bell-style none"; source <(sortie completion bash)',
  },
  zsh: {
    words: ['-f', '-i'],
    tabs: '\t',
    setup:
      'PS1="ready> "; unsetopt beep; autoload -Uz compinit; compinit -u -D; source <(sortie completion zsh)',
  },
  fish: {
    words: ['--no-config', '-i'],
    tabs: '\t',
    setup: 'function fish_prompt; echo -n "ready> "; end; sortie completion fish | source',
  },
} as const;

class Shell implements AsyncDisposable {
  readonly #emulator: Emulator;
  /** What makes it list. */
  readonly #tabs: string;

  private constructor(emulator: Emulator, tabs: string) {
    this.#emulator = emulator;
    this.#tabs = tabs;
  }

  static async open(name: keyof typeof SHELLS, lab: Lab): Promise<Shell> {
    const { words, setup, tabs } = SHELLS[name];
    const env = { ...lab.env, PATH: `${join(lab.laptop, 'bin')}:${lab.env['PATH'] ?? ''}` };
    const start = `cd '${join(lab.laptop, 'work')}'; exec ${requireProgram(name)} ${words.join(' ')}`;
    const emulator = new Emulator(['sh', '-c', start], { columns: 120, rows: 30, env });
    // A shell that isn't at its prompt yet would echo what is typed ahead.
    await emulator.until(({ text }) => /[#$%>] *$/.test(text.trimEnd()), 'a prompt');
    emulator.press(`${setup}\r`);
    await emulator.until((each) => lineToCursor(each) === 'ready> ', 'the prompt that was set');
    return new Shell(emulator, tabs);
  }

  /** Whether the line becomes that by a tab; a space at its end counts. */
  async complete(typed: string, expected: string): Promise<void> {
    const emulator = this.#emulator;
    emulator.press(`${typed}\t`);
    const isSo = (each: Emulator) => lineToCursor(each) === `ready> ${expected}`;
    await emulator.until(isSo, `${JSON.stringify(typed)} to become ${JSON.stringify(expected)}`);
    await this.#clear();
  }

  /** Whether these are listed, in this order, where there are several. */
  async offers(typed: string, words: readonly string[]): Promise<void> {
    const emulator = this.#emulator;
    emulator.press(`${typed}${this.#tabs}`);
    const places = ({ text }: Emulator) => words.map((word) => text.lastIndexOf(word));
    const inOrder = (found: readonly number[]) => found.every((at, i) => at > (found[i - 1] ?? -1));
    await emulator.until((each) => inOrder(places(each)), `${words.join(', ')} in this order`);
    await this.#clear();
  }

  async run(command: string, expected: string): Promise<void> {
    this.#emulator.press(`${command}\r`);
    await this.#emulator.untilText(expected);
  }

  async #clear(): Promise<void> {
    // Keys alone: a shell that ran a command or had a signal would echo by itself what is typed meanwhile.
    this.#emulator.press('\u0015\u000c');
    const isClear = (each: Emulator) => each.text.trim() === 'ready>' && lineToCursor(each) === 'ready> ';
    await this.#emulator.until(isClear, 'a clear screen');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#emulator[Symbol.asyncDispose]();
  }
}

function lineToCursor({ screen, terminal }: Emulator): string {
  const { cursorX, cursorY } = terminal.buffer.active;
  return (screen[cursorY] ?? '').padEnd(cursorX).slice(0, cursorX);
}

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (name) => {
  testNeeding(name)(
    'completes operations, flags, choices, files and values of options at its prompt',
    async () => {
      await using lab = projectLab();
      await using shell = await Shell.open(name, lab);
      await shell.complete('sortie compa', 'sortie compare ');
      await shell.complete('sortie run to', 'sortie run toy:train ');
      await shell.complete('sortie run toy:tr', 'sortie run toy:train ');
      await shell.offers('sortie run ', ['toy:train', 'fit.py']);
      await shell.complete('sortie run toy:train mo', 'sortie run toy:train model=');
      await shell.complete('sortie run toy:train model=v', 'sortie run toy:train model=vit ');
      await shell.complete('sortie run toy:train @tri', 'sortie run toy:train @trials.csv ');
      await shell.complete('sortie run toy:train -o fo', 'sortie run toy:train -o forest ');
      await shell.complete('sortie run toy:train --remote=named', 'sortie run toy:train --remote=named-box ');
      await shell.complete('sortie runs -S comp', 'sortie runs -S completed ');
      await shell.complete('sortie run toy:train --dep tri', 'sortie run toy:train --dep trials.csv ');
    },
  );
});

testNeeding('zsh')('zsh takes a list without quotes where it has the completion', async () => {
  await using lab = projectLab();
  await using shell = await Shell.open('zsh', lab);
  await shell.run('sortie run train lr=[0.1,0.25] --print-trials', '0.25');
});

test('operations and check tell of the project and of what is installed here', async () => {
  await using lab = projectLab();
  const cwd = join(lab.laptop, 'work');
  const listed = await lab.sortie(['operations', '--flags'], { cwd });
  expect(listed).toMatchObject({
    code: 0,
    stdout: 'toy:train  Train a model\n    lr\n    epochs\n    model\n',
  });
  expect((await lab.sortie(['operations', 'nosuch', '--json'], { cwd })).stdout).toBe('[]\n');
  const { code, stdout } = await lab.sortie(['check', '--json'], { cwd });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ home: lab.sortieHome, remotes: '1', ok: true });
});
