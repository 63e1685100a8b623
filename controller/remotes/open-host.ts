import type { Host } from './agent-api.ts';
import { LinkedHost, Link, type Connection } from './client/index.ts';
import { resolveTarget } from './config/resolve-target.ts';
import type { RemoteSettings, SshTarget, Target } from './config/target.ts';
import type { UserConfig } from './config/user-config.ts';
import { localHost } from './local/index.ts';
import { forgetAgent as forgetMet, notMet, rememberHost, remembersAgent } from './met.ts';
import type { Progress } from './progress.ts';
import { isPassing } from './ssh/connect-error.ts';
import { connect } from './ssh/connect.ts';
import type { Prompter } from './ssh/context.ts';
import type { Transport } from './transport.ts';
import { UnansweredHosts } from './unanswered-hosts.ts';

export interface RemoteContext {
  /** SORTIE_HOME. */
  readonly home: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: UserConfig;
  /** null where nobody can answer. */
  readonly prompter: Prompter | null;
  readonly onProgress: (progress: Progress) => void;
  readonly notice: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** A host that is down is waited for from the start, as it always is once it was reached. Not so unless given. */
  readonly isPatient?: boolean;
  /**
   * Only an agent that was met before is spoken with, and nothing is sent to the host: for what is worth no first contact. Errors then
   * also: `not-met`. Not so unless given.
   */
  readonly isCasual?: boolean;
}

/** A host by the name that the user gave it, and what its configuration says of runs there. */
export interface OpenedHost {
  readonly host: Host;
  readonly target: Target;
  readonly settings: RemoteSettings;
  /** Runs there have the host's environment, though it is spoken with locally: how a coordinator on a host sees that host. */
  readonly isElsewhere?: boolean;
  /** Whether its agent was spoken with before: reaching it again puts nothing in place there. */
  wasMet?(): boolean;
}

/** Nothing is connected to before the first call. Errors: those of `resolveTarget`. */
export async function openHost(name: string, context: RemoteContext): Promise<OpenedHost> {
  const target = await resolveTarget(name, { ...context, config: context.config });
  const { settings } = target;
  if (target.kind === 'local') return { host: localHost(context), target, settings };
  const wasMet = () => remembersAgent(context.home, wayTo(target));
  return { host: sshHost(target, context), target, settings, wasMet };
}

function sshHost(target: SshTarget, context: RemoteContext): Host {
  const { name } = target;
  const dial = async (signal: AbortSignal) => {
    const { env, prompter, notice } = context;
    if (context.isCasual && !remembersAgent(context.home, wayTo(target))) throw notMet(name);
    const connecting = connect(target, { env, prompter, notice, signal });
    // Loaded while the handshake waits for the host.
    void import('./bootstrap/index.ts');
    return bootstrapped(await connecting, target, { ...context, signal });
  };
  const isPatient = (error: unknown) => context.isPatient === true && isPassing(error);
  return new LinkedHost(name, new Link({ name, dial, isPatient }));
}

/** From a link to a host to its agent. The link is the connection's, and is closed where there comes none. */
export async function bootstrapped(
  transport: Transport,
  target: SshTarget,
  { home, onProgress, notice, isCasual = false, signal }: RemoteContext & { readonly signal: AbortSignal },
): Promise<Connection> {
  try {
    const { connectAgent } = await import('./bootstrap/index.ts');
    const connection = await connectAgent(transport, {
      name: target.name,
      key: wayTo(target),
      remoteHome: target.settings.home ?? '',
      home,
      isCasual,
      onProgress,
      notice,
      signal,
    });
    rememberHost(home, target.name);
    new UnansweredHosts(home).clear(target.name);
    return connection;
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/** Has the next contact look for the agent anew. */
export function forgetAgent(target: SshTarget, home: string): void {
  forgetMet(home, wayTo(target));
}

/** What the agent's socket is remembered under. One private address behind two jump hosts is two hosts, and each home has its own agent. */
function wayTo({ host, jumps, settings }: SshTarget): string {
  const hops = [...jumps, host].map((hop) => `${hop.user}@${hop.host}:${hop.port}`);
  return `${hops.join(' ')} ${settings.home ?? ''}`;
}
