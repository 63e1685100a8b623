import { usageError } from '#protocol';
import type { OpenedHost } from '#controller/remotes';

/**
 * Errors: `no-such-gpu` for a number in `--gpus` that a host has no device for, before anything of the run is there. A host without any
 * device runs it all the same, and other names than numbers are the host's to know.
 */
export async function assertGpus(gpus: string | undefined, hosts: readonly OpenedHost[]): Promise<void> {
  const numbers = (gpus ?? '').split(',').filter((name) => /^\s*\d+\s*$/.test(name));
  if (numbers.length === 0) return;
  for (const { host } of hosts) {
    const { gpus: devices } = await host.info();
    const most = Math.max(...devices.map(({ index }) => index));
    const unknown = devices.length === 0 ? undefined : numbers.find((number) => Number(number) > most);
    if (unknown === undefined) continue;
    throw usageError({
      code: 'no-such-gpu',
      message: `--gpus: ${host.name} has no GPU ${unknown.trim()}`,
      hint: `Use ${most === 0 ? '0' : `numbers from 0 to ${most}`}.`,
    });
  }
}
