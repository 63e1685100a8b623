/** What the log of a master `ssh` (LogLevel DEBUG2) tells of its channels. `channel` is the master's number for it. */
export type MasterEvent =
  | { readonly kind: 'socket-opened'; readonly channel: number }
  | { readonly kind: 'socket-refused'; readonly channel: number; readonly detail: string }
  /** The host closed its side in order. */
  | { readonly kind: 'socket-ended'; readonly channel: number }
  | { readonly kind: 'exec-accepted'; readonly channel: number }
  | { readonly kind: 'exec-refused'; readonly channel: number; readonly detail: string }
  /** A signal ended the command; which, the log doesn't say. */
  | { readonly kind: 'exec-signalled'; readonly channel: number }
  /** Anything that isn't a debug line: words meant for people. */
  | { readonly kind: 'said'; readonly text: string }
  /** Everything is set up: authenticated, and listening on the control socket. */
  | { readonly kind: 'interactive' };

/** What the connection is made of, as far as the log has told. Of several connections (jump hosts) the last one speaks: the host's. */
export interface MasterFacts {
  readonly server: string | null;
  readonly cipher: string | null;
  readonly keyExchange: string | null;
  readonly hostKey: string | null;
  readonly auth: string | null;
}

const NO_FACTS: MasterFacts = { server: null, cipher: null, keyExchange: null, hostKey: null, auth: null };

const FACTS: readonly (readonly [keyof MasterFacts, RegExp])[] = [
  ['server', /^debug1: Remote protocol version \S+, remote software version (.+)$/],
  ['cipher', /^debug1: kex: client->server cipher: (\S+)/],
  ['keyExchange', /^debug1: kex: algorithm: (\S+)/],
  ['hostKey', /^debug1: kex: host key algorithm: (\S+)/],
  ['auth', /^Authenticated to .+ using "([^"]+)"/],
];

/** Words that are no news: what ssh says of itself in passing. */
const CHATTER = /^(OpenSSH_|Authenticated to |Authenticated using |Transferred: |Bytes per second: )/;

/**
 * Reads the log line by line. It is the only thing in which `ssh` tells whether the far end took a forwarded connection; these lines
 * have been the same since OpenSSH 6.7 brought Unix socket forwarding.
 */
export class MasterLog {
  facts: MasterFacts = NO_FACTS;
  readonly #kinds = new Map<number, 'socket' | 'session'>();

  read(line: string): MasterEvent | null {
    for (const [fact, pattern] of FACTS) {
      const value = pattern.exec(line)?.[1];
      if (value !== undefined) this.facts = { ...this.facts, [fact]: value };
    }
    if (line === 'debug1: Entering interactive session.') return { kind: 'interactive' };
    const accepted = /^debug2: exec request accepted on channel (\d+)/.exec(line);
    if (accepted) return { kind: 'exec-accepted', channel: Number(accepted[1]) };
    const signalled = /channel (\d+) rtype exit-signal/.exec(line);
    if (signalled) return { kind: 'exec-signalled', channel: Number(signalled[1]) };
    const about = /^(?:debug\d: )?channel (\d+): (.*)$/.exec(line);
    if (about) return this.#channel(Number(about[1]), about[2] ?? '');
    if (/^debug\d: /.test(line) || CHATTER.test(line) || line.trim() === '') return null;
    return { kind: 'said', text: line };
  }

  #channel(channel: number, text: string): MasterEvent | null {
    if (text.startsWith('new ')) {
      this.#kinds.delete(channel);
      if (text.includes('direct-streamlocal')) this.#kinds.set(channel, 'socket');
      if (text.includes('client-session')) this.#kinds.set(channel, 'session');
      return null;
    }
    const kind = this.#kinds.get(channel);
    const failed = /^open failed: (.*)$/.exec(text);
    if (failed && kind) {
      this.#kinds.delete(channel);
      const detail = failed[1] ?? '';
      return { kind: kind === 'socket' ? 'socket-refused' : 'exec-refused', channel, detail };
    }
    if (kind !== 'socket') return null;
    if (text.startsWith('open confirm ')) return { kind: 'socket-opened', channel };
    if (text === 'rcvd eof' || text === 'rcvd close') return { kind: 'socket-ended', channel };
    return null;
  }
}
