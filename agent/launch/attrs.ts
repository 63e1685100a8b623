import { arch, cpus, hostname, machine, release, type, userInfo, version } from 'node:os';
import type { Variables } from './environment.ts';

/** A YAML double-quoted scalar: JSON's strings are among them. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\L').replaceAll('\u2029', '\\P');
}

/** A YAML mapping of strings, keys sorted, in block style. */
export function mappingText(variables: Variables): string {
  const lines = Object.entries(variables)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${quoted(name)}: ${quoted(value)}\n`);
  return lines.length === 0 ? '{}\n' : lines.join('');
}

/** µs since the epoch, rising with every call in this process, as Guild's timestamps do. */
let last = 0;
export function timestamp(): number {
  last = Math.max(last + 1, Date.now() * 1000);
  return last;
}

function readHostAttrs(): Readonly<Record<string, string>> {
  return {
    host: `${quoted(hostname())}\n`,
    user: `${quoted(userInfo().username)}\n`,
    platform: mappingText({
      architecture: arch(),
      processor: machine(),
      uname: `${type()} ${hostname()} ${release()} ${version()} ${machine()}`,
      cpus: String(cpus().length),
    }),
  };
}

let known: Readonly<Record<string, string>> | null = null;

/** Attributes of the host and its user, as Guild records them: asked for once, because they take a while and don't change. */
export function hostAttrs(): Readonly<Record<string, string>> {
  known ??= readHostAttrs();
  return known;
}
