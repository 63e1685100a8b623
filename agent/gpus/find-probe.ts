import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { NvidiaProbe } from './nvidia-probe.ts';
import { noProbe, type Probe, type ProbeContext } from './probe.ts';
import { RocmProbe } from './rocm-probe.ts';

/** Where the tools are when PATH, as an ssh login without a profile has it, doesn't say. */
const USUAL_FOLDERS = [
  '/usr/bin',
  '/usr/local/bin',
  '/usr/local/nvidia/bin',
  '/usr/local/cuda/bin',
  '/opt/rocm/bin',
];

function find(program: string, path: string): string | null {
  for (const folder of [...path.split(delimiter), ...USUAL_FOLDERS]) {
    const file = join(folder, program);
    try {
      if (folder === '') continue;
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not there, or not to be run.
    }
  }
  return null;
}

/** The probe for this host: NVIDIA's where its tool is, else ROCm's, else none. */
export function findProbe(path: string, context: ProbeContext): Probe {
  const nvidia = find('nvidia-smi', path);
  if (nvidia !== null) return new NvidiaProbe(nvidia, context);
  const rocm = find('rocm-smi', path);
  return rocm === null ? noProbe : new RocmProbe(rocm, context);
}
