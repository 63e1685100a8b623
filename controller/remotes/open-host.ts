import { connectAgent } from './bootstrap/index.ts';
import type { Host } from './agent-api.ts';
import { LinkedHost, Link } from './client/index.ts';
import { resolveTarget } from './config/resolve-target.ts';
import type { RemoteSettings, SshTarget, Target } from './config/target.ts';
import type { UserConfig } from './config/user-config.ts';
import { localHost } from './local/index.ts';
import type { Progress } from './progress.ts';
import { connect } from './ssh/connect.ts';
import type { Prompter } from './ssh/context.ts';

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
}

/** A host by the name that the user gave it, and what its configuration says of runs there. */
export interface OpenedHost {
  readonly host: Host;
  readonly target: Target;
  readonly settings: RemoteSettings;
  /** Runs there have the host's environment, though it is spoken with locally: how a coordinator on a host sees that host. */
  readonly isElsewhere?: boolean;
}

/** Nothing is connected to before the first call. Errors: those of `resolveTarget`. */
export async function openHost(name: string, context: RemoteContext): Promise<OpenedHost> {
  const target = await resolveTarget(name, { ...context, config: context.config });
  const host = target.kind === 'local' ? localHost(context) : sshHost(target, context);
  return { host, target, settings: target.settings };
}

function sshHost(target: SshTarget, context: RemoteContext): Host {
  const { name, host, settings } = target;
  const dial = async (signal: AbortSignal) => {
    const { env, prompter, notice } = context;
    const transport = await connect(target, { env, prompter, notice, signal });
    try {
      return await connectAgent(transport, {
        name,
        key: `${host.user}@${host.host}:${host.port}`,
        remoteHome: settings.home ?? '',
        home: context.home,
        onProgress: context.onProgress,
        signal,
      });
    } catch (error) {
      await transport.close();
      throw error;
    }
  };
  return new LinkedHost(name, new Link({ name, dial }));
}
