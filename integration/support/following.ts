import { createHash, type Hash } from 'node:crypto';
import type { Lab } from './lab.ts';
import { waitFor } from './wait.ts';

/** Every command of the tests ends in less, ms. */
const LONGEST_MS = 100_000;
/** Characters: what a run prints in JSON is kept whole, what is printed to fill a disk is not. */
const KEPT = 1 << 22;
const RECENT = 1 << 16;

/** A `sortie` that runs while a test does things to it. */
export class Following {
  readonly child: ReturnType<Lab['spawn']>;
  /** All of standard output is hashed; only its beginning and its end are kept. */
  readonly #hash: Hash = createHash('sha256');
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  stdout = '';
  stderr = '';
  #recent = '';
  bytes = 0;

  constructor(child: ReturnType<Lab['spawn']>) {
    this.child = child;
    child.stdin.end();
    child.stdout.on('data', (chunk: Buffer) => {
      this.#hash.update(chunk);
      this.bytes += chunk.length;
      if (this.stdout.length < KEPT) this.stdout += chunk.toString('latin1');
      this.#recent = (this.#recent + chunk.toString('latin1')).slice(-RECENT);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** Waits until it has printed a text, on either stream; fails at once where it ends before that. */
  async says(text: string): Promise<void> {
    const over = () => this.child.exitCode !== null || this.child.signalCode !== null;
    const said = () => [this.stdout, this.#recent, this.stderr].some((each) => each.includes(text));
    await waitFor(`'${text}' of sortie`, () => said() || over());
    if (!said())
      throw new Error(`Expected '${text}', got the end of sortie and: ${this.stdout}${this.stderr}`);
  }

  /** How it ended, and what it said where that was not the status expected: a failure then shows why. */
  async endsWith(code: number): Promise<void> {
    // One that never ends must not outlive its test either.
    const late = setTimeout(() => this.child.kill('SIGKILL'), LONGEST_MS);
    const end = await this.ended.finally(() => clearTimeout(late));
    if (end.code !== code)
      throw new Error(`Expected exit status ${code}, got ${end.code ?? end.signal} and: ${this.stderr}`);
  }

  /** SHA-256 of standard output so far, in hex. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
