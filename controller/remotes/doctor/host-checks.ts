import type { HostInfo, PythonInfo } from '#protocol';
import { ok, warn, type Check } from './check.ts';

/** Below this much free space runs soon fail; a checkpoint of a small model is this large. Bytes. */
const LITTLE_SPACE = 2 * 2 ** 30;
/** Clocks further apart than this make times of runs on several hosts misleading. Ms. */
const SKEW_MS = 2_000;

export function agentCheck({ agent, hostId, home, hostname, user }: HostInfo): Check {
  return ok('agent', `${agent.version}, pid ${agent.pid}, ${user}@${hostname} (${hostId}), home ${home}`);
}

export function runtimeCheck({ agent, platform }: HostInfo): Check {
  const detail = `Node ${agent.node} on ${platform.os} ${platform.arch}, ${platform.cpus} CPUs`;
  const [major = 0, minor = 0] = agent.node.split('.').map(Number);
  // zstd came to Node's zlib with 22.15 and 23.8.
  if (major > 23 || (major === 22 && minor >= 15) || (major === 23 && minor >= 8))
    return ok('runtime', detail);
  return warn('runtime', `${detail}: without zstd`, 'source is sent uncompressed; a newer Node there helps');
}

export function survivalCheck({ survival }: HostInfo): Check {
  const detail = `${survival.rung}: ${survival.detail}`;
  if (survival.rung !== 'unsure') return ok('survival', detail);
  return warn(
    'survival',
    detail,
    '`loginctl enable-linger` there lets runs go on after the last logout; else ask its administrator',
  );
}

export function gpusCheck({ gpus, slots }: HostInfo): Check {
  if (gpus.length === 0) return ok('gpus', `none, ${slots} ${slots === 1 ? 'slot' : 'slots'}`);
  const names = new Map<string, number>();
  for (const { name } of gpus) names.set(name, (names.get(name) ?? 0) + 1);
  const busy = gpus.filter(({ processes, heldBy }) => processes.length > 0 || heldBy !== null).length;
  const kinds = [...names].map(([name, count]) => `${count} × ${name}`).join(', ');
  return ok('gpus', `${kinds}, ${busy} in use`);
}

export function namesCheck({ taken }: HostInfo): Check {
  if (taken.length === 0) return ok('names', 'no other user has a name that Sortie uses there');
  return warn(
    'names',
    taken.join('; '),
    'runs go on under other names; ask who administers the host what that user is doing',
  );
}

export function diskCheck({ disk, home }: HostInfo): Check {
  const gb = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const detail = `${gb(disk.freeBytes)} of ${gb(disk.totalBytes)} free where ${home} is`;
  if (disk.freeBytes >= LITTLE_SPACE) return ok('disk', detail);
  return warn('disk', detail, "delete old runs, or set the remote's `home:` to a disk that has more");
}

/** `now` of the host against the middle of a request that began and ended here so (ms). Half the request's time is unknowable. */
export function clockCheck({ now }: HostInfo, began: number, ended: number): Check {
  const skew = now / 1000 - (began + ended) / 2;
  const isSurelyOff = Math.abs(skew) - (ended - began) / 2 > SKEW_MS;
  const detail = `${Math.abs(skew / 1000).toFixed(1)} s ${skew < 0 ? 'behind' : 'ahead of'} this machine`;
  if (!isSurelyOff) return ok('clock', detail);
  return warn('clock', detail, 'times of runs are the host’s own; let NTP set one of the clocks');
}

export function pythonCheck({ executable, version }: PythonInfo): Check {
  return ok('python', `${version}, ${executable}`);
}
