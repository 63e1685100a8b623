import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SshTarget, TransportChoice } from '../../config/target.ts';
import type { Transport } from '../../transport.ts';
import { timedOut } from '../connect-error.ts';
import { processLimiter } from '../connect-limiter.ts';
import type { ConnectContext, Prompter } from '../context.ts';
import { Deadline } from '../deadline.ts';
import { Askpass } from './askpass.ts';
import { Forwards } from './forwards.ts';
import { Master } from './master.ts';
import { OpensshTransport } from './openssh-transport.ts';
import { opensshError } from './openssh-error.ts';

/** Room for ssh's own suffix within the 104 bytes that a Unix socket's path may have on macOS. */
const LONGEST_DIR = 70;

type OpensshChoice = Extract<TransportChoice, { kind: 'openssh' }>;

/**
 * Connects by the user's own `ssh`, which reads its own configuration, goes through its jump hosts, checks host keys and lets its user
 * in as it always does. Throws as `connectSsh2` does.
 */
export async function connectOpenssh(
  target: SshTarget,
  choice: OpensshChoice,
  context: ConnectContext,
): Promise<Transport> {
  const limiter = context.limiter ?? processLimiter;
  const first = target.jumps[0] ?? target.host;
  return limiter.run(
    `${first.host}:${first.port}`,
    async () => start(target, choice, context),
    context.signal,
  );
}

async function start(target: SshTarget, choice: OpensshChoice, context: ConnectContext): Promise<Transport> {
  const { signal, prompter } = context;
  signal?.throwIfAborted();
  const base = tmpdir().length > LONGEST_DIR ? '/tmp' : tmpdir();
  const dir = await mkdtemp(join(base, 'sortie-ssh-'));
  // A connection for each jump host, and the host's.
  const limitMs = target.host.connectTimeoutMs * (target.jumps.length + 1);
  let failure: Error | null = null;
  let master: Master | null = null;
  const fail = (error: Error) => {
    failure ??= error;
    void master?.close();
  };
  const deadline = new Deadline(limitMs, () => fail(timedOut(target.host, 'connecting', limitMs)));
  const abort = () => fail(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  // ssh passes on a server's words as its own question.
  const ask: Prompter['ask'] | null =
    prompter && (async (question) => prompter.ask({ ...question, asker: target.name }));
  const askpass = ask && new Askpass(dir, { ask }, () => deadline.hold());
  try {
    const asking = askpass ? await askpass.start() : {};
    const controlPath = join(dir, 'c');
    const args = masterArgs(controlPath, choice.args, askpass !== null);
    master = new Master({ args, env: { ...context.env, ...asking }, controlPath });
    if (signal?.aborted) abort();
    await master.ready;
    for (const line of master.said) {
      if (line.startsWith('Warning: Permanently added')) context.notice?.(line.replace('Warning: ', ''));
    }
    void master.closed.then(async () => rm(dir, { recursive: true, force: true }));
    return new OpensshTransport(master, new Forwards(dir, controlPath), describe(target, choice, master));
  } catch (error) {
    const said = master?.said ?? [];
    await master?.close();
    await rm(dir, { recursive: true, force: true });
    throw failure ?? opensshError(target.host, said, { canAsk: prompter !== null, cause: error });
  } finally {
    await askpass?.[Symbol.asyncDispose]();
    deadline.clear();
    signal?.removeEventListener('abort', abort);
  }
}

/** On the command line the first mention of an option wins, so ours come before what the target says. */
function masterArgs(controlPath: string, target: readonly string[], canAsk: boolean): string[] {
  const options = [
    'ControlMaster=yes',
    'ControlPersist=no',
    'LogLevel=DEBUG2',
    // A dead peer is noticed after three silent intervals, within the 15 s that the transport promises.
    'ServerAliveInterval=4',
    'ServerAliveCountMax=2',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'RemoteCommand=none',
    'RequestTTY=no',
    ...(canAsk ? [] : ['BatchMode=yes']),
  ];
  return ['-N', '-T', '-a', '-x', '-S', controlPath, ...options.flatMap((each) => ['-o', each]), ...target];
}

function describe(target: SshTarget, { because }: OpensshChoice, { facts }: Master) {
  const via = target.jumps.map(({ name }) => name);
  return { transport: 'openssh' as const, because, via, ...facts, crypto: 'openssh' as const };
}
