import { arch, cpus, hostname, machine, release, type, userInfo, version } from 'node:os';
import { dumpYaml } from '#protocol';

/** µs since the epoch, rising with every call in this process, as Guild's timestamps do. */
let last = 0;
export function timestamp(): number {
  last = Math.max(last + 1, Date.now() * 1000);
  return last;
}

function readHostAttrs(): Readonly<Record<string, string>> {
  return {
    host: dumpYaml(process.env['HOST'] ?? hostname()),
    user: dumpYaml(userInfo().username),
    platform: dumpYaml({
      architecture: arch(),
      processor: machine(),
      uname: `${type()} ${hostname()} ${release()} ${version()} ${machine()}`,
      cpus: BigInt(cpus().length),
    }),
  };
}

let known: Readonly<Record<string, string>> | null = null;

/** Attributes of the host and its user, as Guild records them: asked for once, because they take a while and don't change. */
export function hostAttrs(): Readonly<Record<string, string>> {
  known ??= readHostAttrs();
  return known;
}
