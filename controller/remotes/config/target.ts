/** What a name given to `--remote` stands for, with all that was configured for it. */
export type Target = LocalTarget | SshTarget;

export interface LocalTarget {
  readonly kind: 'local';
  readonly name: string;
  readonly settings: RemoteSettings;
}

export interface SshTarget {
  readonly kind: 'ssh';
  /** As the user named it. */
  readonly name: string;
  readonly transport: TransportChoice;
  /** Hosts passed on the way, nearest first. */
  readonly jumps: readonly SshHop[];
  readonly host: SshHop;
  /** Set where nothing but the name itself says that there is such a host: a look-up that fails then means a misspelt name. */
  readonly guess: { readonly configured: readonly string[] } | null;
  readonly settings: RemoteSettings;
}

export type TransportChoice =
  | { readonly kind: 'ssh2' }
  /** The user's own `ssh`, and why: `ProxyCommand is set`. */
  | {
      readonly kind: 'openssh';
      readonly because: string;
      /** What `ssh` is told besides: options, and last the destination. */
      readonly args: readonly string[];
    };

/** One SSH server and how it is met. */
export interface SshHop {
  /** The alias or address it was named by. */
  readonly name: string;
  /** Host name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly auth: AuthSettings;
  readonly hostKey: HostKeySettings;
  /** For the TCP connection and, anew, for the handshake. */
  readonly connectTimeoutMs: number;
  /** `any`, or the one family that addresses are taken from. */
  readonly family: 'any' | 'ipv4' | 'ipv6';
}

export interface AuthSettings {
  /** Private key files, in the order to try. Absolute. */
  readonly identityFiles: readonly string[];
  /** Whether the user named these files; else they are ssh's usual ones, and a missing one is nothing to speak of. */
  readonly identitiesNamed: boolean;
  /** Offer only keys of `identityFiles`, though the agent holds others. */
  readonly identitiesOnly: boolean;
  /** The agent's socket; null when there is none or it is not to be asked. */
  readonly agent: string | null;
  /** Methods that the user's configuration leaves on. */
  readonly publickey: boolean;
  readonly keyboardInteractive: boolean;
  readonly password: boolean;
}

export interface HostKeySettings {
  /** HostKeyAlias: looked up instead of host and port. */
  readonly alias: string | null;
  /** Files looked into; the first of the user's is the one that keys are added to. Absolute. */
  readonly userFiles: readonly string[];
  readonly globalFiles: readonly string[];
  /** What becomes of a key that is not on record: shown and asked about, refused, or added. */
  readonly unknown: 'ask' | 'refuse' | 'accept-new';
  /** Whether names that are added are hashed. */
  readonly hashNames: boolean;
}

/** What a remote's entry in config.yml says besides how to get there. Paths are the host's. */
export interface RemoteSettings {
  readonly description?: string;
  /** Trials at a time, where the host has no GPUs. */
  readonly slots?: number;
  /** The devices that may be used, as `--gpus` takes them. */
  readonly gpus?: string;
  /** How many of them a single run has that doesn't say; all unless given. */
  readonly defaultGpus?: number | 'all';
  /** The Python interpreter to use. */
  readonly python?: string;
  readonly venv?: string;
  readonly conda?: string;
  /** A shell line that activates an environment. */
  readonly activate?: string;
  /** Shell lines run before the program. */
  readonly init?: string;
  /** Where runs are kept there; `~/.sortie` unless given. */
  readonly home?: string;
}
