/** A program in a real pseudo-terminal, and the screen that a terminal would show of it. */
import { spawn, type IPty } from '@lydell/node-pty';
import xterm from '@xterm/headless';

export interface EmulatorOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** No wait for something on the screen takes longer on a busy machine. Milliseconds. */
const PATIENCE_MS = 30_000;
/** A program that is hung up on leaves within this. Milliseconds. */
const GRACE_MS = 3000;

export class Emulator implements AsyncDisposable {
  readonly terminal: xterm.Terminal;
  readonly #pty: IPty;
  readonly #listeners = new Set<() => void>();
  readonly exited: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>;
  /** Everything the program wrote. */
  written = '';
  #hasExited = false;

  constructor(command: readonly string[], { columns, rows, env = {} }: EmulatorOptions) {
    this.terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 2000, allowProposedApi: true });
    const [file = 'sh', ...args] = command;
    this.#pty = spawn(file, [...args], {
      name: env['TERM'] ?? 'xterm-256color',
      cols: columns,
      rows,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '/',
        LANG: 'C.UTF-8',
        TZ: 'UTC',
        ...env,
      },
    });
    this.#pty.onData((data) => {
      this.written += data;
      this.terminal.write(data, () => this.#changed());
    });
    this.exited = new Promise((resolve) => {
      this.#pty.onExit((exit) => {
        this.#hasExited = true;
        // Its last bytes are drawn before anyone looks.
        this.terminal.write('', () => {
          this.#changed();
          resolve(exit);
        });
      });
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** The rows on the screen now, without blanks at their ends. */
  get screen(): readonly string[] {
    const { active } = this.terminal.buffer;
    return Array.from({ length: this.terminal.rows }, (_, row) => lineText(active, active.viewportY + row));
  }

  get text(): string {
    return this.screen.join('\n');
  }

  /** All of the normal screen's rows, those scrolled away first. */
  get scrollback(): string {
    const { normal } = this.terminal.buffer;
    return Array.from({ length: normal.length }, (_, row) => lineText(normal, row))
      .join('\n')
      .trimEnd();
  }

  get isAlternate(): boolean {
    return this.terminal.buffer.active.type === 'alternate';
  }

  press(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.changeScreen(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Changes the screen alone: the program is told by `resize`, as the signal comes late on a real terminal too. */
  changeScreen(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
  }

  kill(signal: NodeJS.Signals): void {
    this.#pty.kill(signal);
  }

  /** Resolves when what is asked for is so; rejects with the screen when it never is. */
  async until(isSo: (emulator: this) => boolean, what: string = isSo.toString()): Promise<void> {
    if (isSo(this)) return;
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.#listeners.delete(look);
      };
      const look = () => {
        if (!isSo(this)) return;
        stop();
        resolve();
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`Expected ${what}, got:\n${this.text}\n--- scrollback\n${this.scrollback}`));
      }, PATIENCE_MS);
      this.#listeners.add(look);
    });
  }

  async untilText(text: string): Promise<void> {
    await this.until((emulator) => emulator.text.includes(text), `${JSON.stringify(text)} on the screen`);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasExited) this.#pty.kill('SIGHUP');
    // A shell's children may keep the terminal open after it.
    await Promise.race([this.exited, new Promise((resolve) => setTimeout(resolve, GRACE_MS))]);
    if (!this.#hasExited) this.#pty.kill('SIGKILL');
    this.terminal.dispose();
  }
}

function lineText(buffer: xterm.IBuffer, row: number): string {
  return buffer.getLine(row)?.translateToString(true) ?? '';
}
