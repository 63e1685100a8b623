import { arch, cpus, hostname, machine, release, type, userInfo, version } from 'node:os';
import { dumpYaml } from '#protocol';

/** µs since the epoch, rising with every call in this process, as Guild's timestamps do. */
let last = 0;
export function timestamp(): number {
  last = Math.max(last + 1, Date.now() * 1000);
  return last;
}

function readHostAttrs() {
  return {
    host: dumpYaml(process.env['HOST'] ?? hostname()),
    user: dumpYaml(userInfo().username),
    platform: {
      architecture: arch(),
      processor: machine(),
      uname: `${type()} ${hostname()} ${release()} ${version()} ${machine()}`,
      cpus: BigInt(cpus().length),
    },
  };
}

let known: ReturnType<typeof readHostAttrs> | null = null;

/**
 * Attributes of the host and its user, as Guild records them, with the version of the run's Python where it has one: asked for once, because
 * they take a while and don't change.
 */
export function hostAttrs(python: string | null = null): Readonly<Record<string, string>> {
  known ??= readHostAttrs();
  const { host, user, platform } = known;
  return {
    host,
    user,
    platform: dumpYaml(python === null ? platform : { ...platform, python_version: python }),
  };
}
