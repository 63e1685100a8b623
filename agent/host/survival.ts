import { existsSync, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { HostInfo } from '#protocol';
import { readIfThere } from '../home/index.ts';

/** What decides whether a run outlives its user's logout. */
export interface SessionFacts {
  /** systemd runs this machine. */
  readonly systemd: boolean;
  /** The user's manager stays when nobody is logged in. */
  readonly linger: boolean;
  /** logind kills what a session leaves behind; null when it can't be told. */
  readonly killsUserProcesses: boolean | null;
  /** This program itself runs under the user's manager, and not in a login session. */
  readonly underManager: boolean;
}

/** The rung of the ladder on which runs stand here (logind.conf(5), loginctl(1)). */
export function survivalOf(facts: SessionFacts): HostInfo['survival'] {
  if (!facts.systemd)
    return { rung: 'setsid', detail: 'sessions of their own; no logind here that could end them' };
  if (facts.underManager && facts.linger)
    return { rung: 'systemd', detail: 'the user manager, which lingers after logout' };
  if (facts.killsUserProcesses === false)
    return { rung: 'setsid', detail: 'sessions of their own; logind leaves them alone' };
  const why =
    facts.killsUserProcesses === null
      ? 'it cannot be told whether logind ends what a logout leaves behind'
      : 'logind ends what a logout leaves behind (KillUserProcesses=yes)';
  return { rung: 'unsure', detail: `${why}; \`loginctl enable-linger\` makes runs safe` };
}

/** `KillUserProcesses` of logind.conf and its drop-ins, the last word counting; its default is no since most distributions say so. */
export function killsUserProcesses(texts: readonly string[]): boolean {
  const said = texts
    .flatMap((text) => text.split('\n'))
    .map((line) => /^\s*KillUserProcesses\s*=\s*(\S+)/.exec(line)?.[1]?.toLowerCase())
    .filter((value) => value !== undefined)
    .at(-1);
  return said === 'yes' || said === 'true' || said === '1' || said === 'on';
}

const CONFIGURATIONS = ['/usr/lib/systemd', '/run/systemd', '/etc/systemd'];

function logindConfigurations(): string[] {
  const paths = CONFIGURATIONS.flatMap((folder) => {
    const dropIns = join(folder, 'logind.conf.d');
    const names = existsSync(dropIns) ? readdirSync(dropIns).sort() : [];
    return [join(folder, 'logind.conf'), ...names.map((name) => join(dropIns, name))];
  });
  return paths.map(readIfThere).filter((text) => text !== null);
}

function lingers(): boolean {
  return existsSync(join('/var/lib/systemd/linger', userInfo().username));
}

export function sessionFacts(): SessionFacts {
  let kills: boolean | null;
  try {
    kills = killsUserProcesses(logindConfigurations());
  } catch {
    kills = null;
  }
  return {
    systemd: existsSync('/run/systemd/system'),
    linger: lingers(),
    killsUserProcesses: kills,
    underManager: /user@\d+\.service/.test(readIfThere('/proc/self/cgroup') ?? ''),
  };
}
