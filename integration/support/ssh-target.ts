import { join } from 'node:path';
import type { ConnectContext, SshHop, SshTarget } from '#controller/remotes';
import type { Lab, PretendedHost } from './lab.ts';

/** A pretended host as a hop of a target, met with the laptop's key and known_hosts; `change` is laid over it. */
export function hopTo(lab: Lab, host: PretendedHost, change: Partial<SshHop> = {}): SshHop {
  return {
    name: host.name,
    host: '127.0.0.1',
    port: host.port,
    user: 'root',
    auth: {
      identityFiles: [join(lab.laptop, '.ssh/id_ed25519')],
      identitiesNamed: true,
      identitiesOnly: true,
      agent: null,
      publickey: true,
      keyboardInteractive: true,
      password: true,
    },
    hostKey: {
      alias: null,
      userFiles: [join(lab.laptop, '.ssh/known_hosts')],
      globalFiles: [],
      unknown: 'ask',
      hashNames: false,
    },
    connectTimeoutMs: 30_000,
    family: 'any',
    ...change,
  };
}

export function targetOf(host: SshHop, jumps: readonly SshHop[] = []): SshTarget {
  return {
    kind: 'ssh',
    name: host.name,
    transport: { kind: 'ssh2' },
    jumps,
    host,
    guess: null,
    settings: {},
  };
}

/** The surroundings of a command that nobody watches. */
export function unattended(lab: Lab, change: Partial<ConnectContext> = {}): ConnectContext {
  return { env: lab.env, prompter: null, ...change };
}
