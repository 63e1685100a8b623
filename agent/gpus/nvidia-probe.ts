import { execFile } from 'node:child_process';
import { DeviceRounds } from './device-rounds.ts';
import type { Device, GpuProcess } from './device.ts';
import { LoopingTool } from './looping-tool.ts';
import {
  DEVICE_FIELDS,
  parseDevice,
  parseMigParts,
  parseProcess,
  PROCESS_FIELDS,
  withParts,
  type MigPart,
  type ProcessLine,
} from './nvidia-table.ts';
import { ownerOf, programName } from './owner.ts';
import type { Found, Probe, ProbeContext } from './probe.ts';

const FORMAT = ['--format=csv,noheader,nounits'];
/** A driver without persistence mode wakes up for seconds. Ms. */
const LIST_TIMEOUT_MS = 30_000;

/** NVIDIA's devices, by two queries of nvidia-smi that loop for as long as they are needed. */
export class NvidiaProbe implements Probe {
  #found: Found = { kind: 'seeking' };
  readonly #context: ProbeContext;
  readonly #command: string;
  readonly #devices: LoopingTool;
  readonly #processes: LoopingTool;
  #parts: readonly MigPart[] = [];
  #lines: readonly ProcessLine[] = [];
  /** When the last process lines came, in ms: a round without processes prints nothing at all. */
  #linesAt = 0;
  #listing = false;
  readonly #rounds = new DeviceRounds();
  /** As the last round had them, before they are divided. */
  #wholes: readonly Device[] = [];

  constructor(command: string, context: ProbeContext) {
    this.#command = command;
    this.#context = context;
    const loop = ['-l', String(context.interval)];
    this.#devices = new LoopingTool({
      command,
      args: [`--query-gpu=${DEVICE_FIELDS.join(',')}`, ...FORMAT, ...loop],
      onRound: (lines) => this.#take(lines),
      onDeath: () => this.#lost(),
    });
    this.#processes = new LoopingTool({
      command,
      args: [`--query-compute-apps=${PROCESS_FIELDS.join(',')}`, ...FORMAT, ...loop],
      onRound: (lines) => {
        this.#lines = lines.map(parseProcess).filter((line) => line !== null);
        this.#linesAt = Date.now();
        this.#tell();
      },
      onDeath: () => undefined,
    });
  }

  get found(): Found {
    return this.#found;
  }

  start(): void {
    // How devices are divided changes only by an administrator's hand, while nothing uses them.
    this.#list();
    this.#processes.start();
    this.#devices.start();
  }

  stop(): void {
    this.#devices.stop();
    this.#processes.stop();
    this.#rounds.forget();
    this.#wholes = [];
  }

  #list(): void {
    if (this.#listing) return;
    this.#listing = true;
    execFile(this.#command, ['-L'], { timeout: LIST_TIMEOUT_MS }, (_error, stdout) => {
      this.#parts = parseMigParts(stdout);
      this.#listing = false;
      this.#tell();
    });
  }

  #take(lines: readonly string[]): void {
    this.#wholes = this.#rounds.take(lines.map(parseDevice).filter((device) => device !== null));
    this.#tell();
  }

  #tell(): void {
    const wholes = this.#wholes;
    if (wholes.length === 0 || this.#listing) return;
    const stale = Date.now() - this.#linesAt > this.#context.interval * 2500;
    const processes = stale ? [] : this.#lines;
    const devices = withParts(wholes, this.#parts).map((device) => ({
      ...device,
      processes: processes.filter(({ gpu }) => isOn(device, gpu, wholes)).flatMap(describe),
    }));
    this.#found = { kind: 'devices', devices, at: Date.now() };
    this.#context.onFound();
  }

  /** Without a driver, or with a broken one, there is nothing to book; the tool is asked again now and then. */
  #lost(): void {
    this.#rounds.forget();
    this.#wholes = [];
    if (this.#found.kind === 'none') return;
    if (this.#found.kind === 'devices') return;
    this.#found = { kind: 'none' };
    this.#context.onFound();
  }
}

function isOn(device: Device, uuid: string, wholes: readonly Device[]): boolean {
  if (device.uuid === uuid) return true;
  return (
    device.part !== null && wholes.some((whole) => whole.uuid === uuid && whole.index === device.part?.of)
  );
}

/** A process that still lives, with its owner. */
function describe({ pid, memory, name }: Pick<ProcessLine, 'pid' | 'memory' | 'name'>): GpuProcess[] {
  const user = ownerOf(pid);
  return user === null ? [] : [{ pid, user, name: programName(name), memory }];
}
