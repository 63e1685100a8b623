import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lab } from '../../integration/support/lab.ts';
import { processesMentioning } from '../../integration/support/processes.ts';
import type { Program } from './measure.ts';

const root = join(import.meta.dirname, '../..');

/** A laptop and boxes over real sshd on loopback, as the tests have them; `ssh` and `sortie` reach sshd by nothing in between. */
export class Boxes implements AsyncDisposable {
  readonly lab = new Lab();
  readonly #sshConfig = join(this.lab.laptop, '.ssh/config');

  static async start(...names: readonly string[]): Promise<Boxes> {
    const boxes = new Boxes();
    for (const name of names) await boxes.lab.host(name);
    boxes.#goPastProxies();
    return boxes;
  }

  /** A test's proxy may cut a link; here it would only be one more copy of every byte. */
  #goPastProxies(): void {
    const files = [this.#sshConfig, join(this.lab.laptop, '.ssh/known_hosts')];
    for (const file of files) {
      let text = readFileSync(file, 'utf8');
      for (const { port, server } of this.lab.hosts)
        text = text
          .replace(`Port ${port}\n`, `Port ${server.port}\n`)
          .replace(`[127.0.0.1]:${port} `, `[127.0.0.1]:${server.port} `);
      writeFileSync(file, text);
    }
  }

  home(name: string): string {
    const host = this.lab.hosts.find((each) => each.name === name);
    if (host === undefined) throw new Error(`Expected a box, got '${name}'`);
    return host.home;
  }

  program(argv: readonly string[], cwd = this.lab.laptop): Program {
    return { argv, cwd, env: this.lab.env };
  }

  /** A line of sh on the laptop, where `$SSH` is the ssh that knows the boxes. */
  sh(script: string, cwd = this.lab.laptop): Program {
    const env = { ...this.lab.env, SSH: `ssh -F ${this.#sshConfig}` };
    return { argv: ['/bin/sh', '-c', script], cwd, env };
  }

  sortie(words: readonly string[], cwd = this.lab.laptop): Program {
    return this.program([process.execPath, join(root, 'bin/sortie.js'), ...words], cwd);
  }

  /** The process of the agent on a box. */
  agent(name: string): number {
    const found = processesMentioning(`HOME=${this.home(name)}`).find((pid) => {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words.includes('serve') && words.some((word) => word.endsWith('agent.cjs'));
    });
    if (found === undefined) throw new Error(`Expected an agent on ${name}`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }
}
