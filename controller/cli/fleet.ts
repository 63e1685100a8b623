import {
  expandRemotes,
  handOver,
  loadUserConfig,
  openHost,
  questionKey,
  rememberGpus,
  takeTyped,
  terminalPrompter,
  TYPED_VARIABLE,
  typedPrompter,
  type Handover,
  type OpenedHost,
  type Progress,
  type Prompter,
  type Question,
  type RemoteContext,
  type UserConfig,
} from '#controller/remotes';
import { join } from 'node:path';
import { UserError, type HostInfo } from '#protocol';
import { readMirrorFile } from '#controller/runs';
import type { Context } from './context.ts';
import { EventRelay, safeLines, transferEvent } from '#controller/tui';
import { HeldLines } from './held-lines.ts';
import { ProgressLine } from './progress-line.ts';

interface Given {
  readonly signal: AbortSignal | undefined;
  /** What was typed for whoever runs this command. */
  readonly typed: ReadonlyMap<string, string> | null;
}

/** The hosts that a command talks to, each opened once and closed at the end. */
export class Fleet implements AsyncDisposable {
  readonly config: UserConfig;
  readonly #context: Context;
  readonly #opened = new Map<string, Promise<OpenedHost>>();
  readonly #greeted = new Map<string, Promise<HostInfo>>();
  readonly #progress: ProgressLine;
  /** Standard error, on which questions are asked: what is written waits while one is open. */
  readonly stderr: HeldLines;
  /** What was typed, by the question: a process that has nobody to ask has the same questions. */
  readonly #typed = new Map<string, string>();
  /** What a view shows of what hosts are doing for this command: beside it nothing may be written. */
  readonly news = new EventRelay();

  /** What reaching a host needs: one prompter for all, so that hosts ask one after another. */
  readonly surroundings: RemoteContext;

  private constructor(context: Context, config: UserConfig, { signal, typed }: Given) {
    const { home, cwd, env, stdin, stderr } = context;
    this.#context = context;
    this.config = config;
    this.#progress = new ProgressLine(stderr);
    this.stderr = new HeldLines(stderr);
    for (const [question, answer] of typed ?? []) this.#typed.set(question, answer);
    const prompter = terminalPrompter({ input: stdin, output: stderr }) ?? (typed && typedPrompter(typed));
    this.surroundings = {
      home,
      cwd,
      env: { ...env, SORTIE_HOME: home },
      config,
      prompter: prompter === null ? null : { ask: async (question) => this.#ask(prompter, question) },
      onProgress: (progress) => {
        if (this.news.isShown) this.news.put(transferEvent(progress, Date.now()));
        else if (!this.stderr.isHeld) this.#progress.show(progress);
      },
      notice: (text) => {
        if (this.news.isShown) this.news.put({ type: 'notice', at: Date.now(), level: 'info', text });
        else this.stderr.write(`${safeLines(text)}\n`);
      },
      signal,
    };
  }

  /** Reads config.yml, and shows its warnings. Errors: `config-invalid`. */
  static async of(context: Context, signal?: AbortSignal): Promise<Fleet> {
    const config = await loadUserConfig({
      cwd: context.cwd,
      env: { ...context.env, SORTIE_HOME: context.home },
    });
    for (const warning of config.warnings) context.stderr.write(`WARNING: ${warning}\n`);
    const from = context.env[TYPED_VARIABLE];
    const typed = from === undefined ? null : await takeTyped(context.home, from);
    return new Fleet(context, config, { signal, typed });
  }

  /** `local` is this machine. A host opened patiently is waited for where it is down from the start. */
  async open(
    name: string,
    { isPatient = false }: { readonly isPatient?: boolean } = {},
  ): Promise<OpenedHost> {
    const before = this.#opened.get(name);
    if (before) return before;
    const opened = openHost(name, { ...this.surroundings, isPatient });
    this.#opened.set(name, opened);
    return opened;
  }

  /** Begins to reach a host that was reached before. Connecting is mostly waiting: it goes on while something else is done here. */
  async greet(name: string): Promise<void> {
    const opened = await this.open(name);
    if (opened.wasMet?.() !== true) return;
    const answer = opened.host.info();
    answer.catch(() => undefined);
    this.#greeted.set(name, answer);
  }

  /** Settles when the host has answered. One that refused is not asked a second time, nor is its user. */
  async reach(name: string): Promise<void> {
    const { gpus } = await (this.#greeted.get(name) ?? (await this.open(name)).host.info());
    rememberGpus(this.#context.home, name, gpus.length);
  }

  /** The remotes that `--remote` options name; `local` alone where there are none. */
  names(options: readonly string[] | undefined): string[] {
    return options?.length ? expandRemotes(options, this.config) : ['local'];
  }

  /** Has what was typed to reach hosts ready for a run's process here, until disposed of; null where nothing had to be. */
  async handOver(id: string): Promise<Handover | null> {
    if (this.#typed.size === 0) return null;
    return handOver({ home: this.#context.home, id, typed: this.#typed });
  }

  /** A view has the terminal for itself: what would be asked then waits for a command that can ask. */
  async #ask(prompter: Prompter, question: Question): Promise<string> {
    if (!this.news.isShown) {
      this.#progress.end();
      using _held = this.stderr.hold();
      const typed = await prompter.ask(question);
      if (question.isSettled?.() !== true) this.#typed.set(questionKey(question), typed);
      return typed;
    }
    throw new UserError({
      code: 'nobody-to-ask',
      message: `a question cannot be answered in the view: ${question.text.trim()}`,
      hint: 'Quit and run the command again; it prompts before the view opens.',
    });
  }

  /** Shows how far a long act is. */
  get progress(): (progress: Progress) => void {
    return this.surroundings.onProgress;
  }

  /** The host that has a run which is known here: the one that its mirror names, unless another was asked for. */
  nameOfHost(id: string, asked: string): string {
    return readMirrorFile(join(this.#context.home, 'runs', id))?.remote ?? asked;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#progress.end();
    const opened = await Promise.allSettled(this.#opened.values());
    await Promise.all(opened.map(async (each) => each.status === 'fulfilled' && each.value.host.close()));
  }
}
