import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { UserError, MAGIC } from '#protocol';
import { agentBundle } from '../local/bundle.ts';
import type { Progress } from '../progress.ts';
import { notMet } from '../met.ts';
import { parseReady, type Ready } from '../ready-line.ts';
import { runtimeFor, runtimeNames } from '../runtime/index.ts';
import { ExecRefusedError, type Exec, type Transport } from '../transport.ts';
import { bootError, parseBootLine, type BootLine } from './boot-line.ts';
import { givenBack } from './given-back.ts';
import { heard } from './heard.ts';
import { boundedLines, neutralised } from './noise.ts';
import { bootstrapScript, evalCommand, type AgentAct } from './script.ts';

export interface InstallOptions {
  /** As the user named the host. */
  readonly name: string;
  /** The remote's `home:`; empty for the usual one. */
  readonly remoteHome: string;
  /** SORTIE_HOME here, for what is cached. */
  readonly home: string;
  /** Nothing is sent: a host that lacks something is as one that was never met. */
  readonly isCasual: boolean;
  readonly onProgress: (progress: Progress) => void;
  readonly notice: (text: string) => void;
  readonly signal: AbortSignal;
}

/** One exec that ends with an agent that is up; agent bundle and runtime are sent where they are missing or damaged. */
export async function ensureRemote(transport: Transport, options: InstallOptions): Promise<Ready> {
  return parseReady(await actOnHost(transport, 'ensure', options), options.name);
}

/** Has the agent's program do something on a host, and gives the line that it answers. Errors: also `no-agent` where none was ever put, unless the act is `ensure`. */
export async function actOnHost(
  transport: Transport,
  act: AgentAct,
  options: InstallOptions,
): Promise<string> {
  const script = bootstrapScript({
    act,
    home: options.remoteHome,
    agent: agentBundle().version,
    runtimes: runtimeNames(),
  });
  const exec = await transport
    .exec(evalCommand(script.length), { signal: options.signal })
    .catch((error: unknown) => {
      throw error instanceof ExecRefusedError ? execRefused(options.name, error) : error;
    });
  const stderr = collect(exec.stderr);
  exec.stdin.on('error', () => undefined);
  exec.exit.catch(() => undefined);
  exec.stdin.write(script);
  const lines = boundedLines(exec.stdout, options.name);
  try {
    for (;;) {
      const { value: line, done } = await heard(lines.next(), options.name);
      if (done) break;
      if (line.includes(MAGIC)) {
        await givenBack(exec);
        return line;
      }
      const said = parseBootLine(line);
      if (said?.kind === 'fail') throw bootError(options.name, said.code, neutralised(said.detail));
      if (said && options.isCasual) throw notMet(options.name);
      if (said) await send(exec, said, options);
    }
  } finally {
    exec.stdin.end();
    exec.kill();
  }
  const shown = neutralised(await stderr);
  throw new UserError({
    code: 'bootstrap-failed',
    message: `${options.name}: the host did not start the agent${shown ? `: ${shown}` : ''}`,
    hint: `Check that 'ssh ${options.name} true' works without a prompt; rc files must not end the login shell.`,
  });
}

function execRefused(host: string, cause: ExecRefusedError): UserError {
  return new UserError({
    code: cause.code,
    message: `${host}: ${cause.message}`,
    hint: 'Allow the account to run commands (see ForceCommand, MaxSessions, and restrict in authorized_keys).',
    cause,
  });
}

async function send(
  exec: Exec,
  need: BootLine & { readonly kind: 'need' },
  options: InstallOptions,
): Promise<void> {
  const [what] = need.needs;
  if (what === 'runtime')
    await sendFile(exec.stdin, await runtimeFor(need, options), { ...options, what: 'runtime' });
  if (what === 'agent')
    await sendBytes(exec.stdin, gzipSync(agentBundle().bytes), { ...options, what: 'agent' });
}

type SendOptions = InstallOptions & { readonly what: 'agent' | 'runtime' };

async function sendBytes(stdin: Writable, bytes: Buffer, options: SendOptions): Promise<void> {
  const sha = createHash('sha256').update(bytes).digest('hex');
  await pump(stdin, Readable.from(slices(bytes)), { ...options, size: bytes.length, sha });
}

async function sendFile(
  stdin: Writable,
  file: { path: string; sha256: string },
  options: SendOptions,
): Promise<void> {
  const size = statSync(file.path).size;
  await pump(stdin, createReadStream(file.path), { ...options, size, sha: file.sha256 });
}

/** Announces size and hash, then writes no faster than the host takes it. */
async function pump(
  stdin: Writable,
  bytes: Readable,
  {
    name,
    what,
    size,
    sha,
    onProgress,
    signal,
  }: SendOptions & { readonly size: number; readonly sha: string },
): Promise<void> {
  stdin.write(`${what} ${size} ${sha}\n`);
  let done = 0;
  onProgress({ host: name, what, done, total: size });
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    if (stdin.destroyed) return;
    if (!stdin.write(chunk)) await heard(drained(stdin), name);
    done += chunk.length;
    onProgress({ host: name, what, done, total: size });
  }
}

async function drained(stdin: Writable): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      stdin.off('drain', done);
      stdin.off('close', done);
      resolve();
    };
    stdin.on('drain', done);
    stdin.on('close', done);
  });
}

function* slices(bytes: Buffer, size = 64 << 10): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** The first few KiB of what a command says on standard error. */
async function collect(stream: Readable): Promise<string> {
  let text = '';
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>)
      if (text.length < 4096) text += chunk.toString('utf8');
  } catch {
    // What was read until the link died is what there is.
  }
  return text;
}
