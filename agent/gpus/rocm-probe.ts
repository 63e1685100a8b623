import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GpuProcess } from './device.ts';
import { LoopingTool } from './looping-tool.ts';
import { ownerOf, programName } from './owner.ts';
import type { Found, Probe, ProbeContext } from './probe.ts';
import { parseRocm } from './rocm-table.ts';

/** What the kernel's driver tells of compute processes: proc/PID/vram_GPUID, and the devices' ids in topology/nodes. */
const KFD = '/sys/class/kfd/kfd';

const FIELDS = [
  '--showuniqueid',
  '--showproductname',
  '--showuse',
  '--showmeminfo',
  'vram',
  '--showtemp',
  '--showpower',
  '--json',
];

/** rocm-smi doesn't loop by itself; one shell does it for as long as it is needed, and ends when nobody reads. */
const LOOP = 'while "$@"; do echo; sleep "$INTERVAL"; done';

/** AMD's devices, by rocm-smi, and their processes, by the kernel. */
export class RocmProbe implements Probe {
  #found: Found = { kind: 'seeking' };
  readonly #tool: LoopingTool;

  constructor(command: string, { interval, onFound }: ProbeContext) {
    this.#tool = new LoopingTool({
      command: '/bin/sh',
      args: ['-c', `INTERVAL=${interval}; ${LOOP}`, 'sh', command, ...FIELDS],
      onRound: (lines) => {
        const devices = parseRocm(lines.join('\n'));
        if (devices === null) return;
        const uses = computeUses(KFD);
        this.#found = {
          kind: 'devices',
          devices: devices.map((device, at) => ({ ...device, processes: processesOn(uses, at) })),
          at: Date.now(),
        };
        onFound();
      },
      onDeath: () => {
        if (this.#found.kind !== 'seeking') return;
        this.#found = { kind: 'none' };
        onFound();
      },
    });
  }

  get found(): Found {
    return this.#found;
  }

  start(): void {
    this.#tool.start();
  }

  stop(): void {
    this.#tool.stop();
  }
}

interface Use {
  readonly pid: number;
  /** Place of the device among the GPUs, in the kernel's order, which is the tools'. */
  readonly gpu: number;
  readonly bytes: number;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Who uses which device, by the kernel. `root` is its folder. */
export function computeUses(root: string): Use[] {
  const nodes = list(join(root, 'topology/nodes')).sort((a, b) => Number(a) - Number(b));
  // Processors are nodes as well, with 0 for a GPU's id.
  const ids = nodes
    .map((node) => read(join(root, 'topology/nodes', node, 'gpu_id')))
    .filter((id) => !/^0?$/.test(id));
  return list(join(root, 'proc')).flatMap((pid) =>
    ids.flatMap((id, gpu) => {
      const bytes = Number(read(join(root, 'proc', pid, `vram_${id}`)));
      return bytes > 0 ? [{ pid: Number(pid), gpu, bytes }] : [];
    }),
  );
}

function processesOn(uses: readonly Use[], gpu: number): GpuProcess[] {
  return uses
    .filter((use) => use.gpu === gpu)
    .flatMap(({ pid, bytes }) => {
      const user = ownerOf(pid);
      const name = programName(read(`/proc/${pid}/comm`));
      return user === null ? [] : [{ pid, user, name, memory: Math.round(bytes / 2 ** 20) }];
    });
}
