import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeGpu {
  readonly uuid: string;
  readonly name: string;
  readonly used?: number;
  readonly mig?: readonly { readonly uuid: string; readonly profile: string }[];
  readonly processes?: readonly {
    readonly pid: number;
    readonly name: string;
    readonly memory: number | null;
  }[];
}

/** Devices that aren't there: an `nvidia-smi` for PATH that tells of them, and what it tells can be changed at any time. */
export class FakeGpus {
  readonly folder = mkdtempSync(join(tmpdir(), 'sortie-gpus-'));
  readonly #file = join(this.folder, 'gpus.json');
  #gpus: readonly FakeGpu[];

  constructor(count: number) {
    this.#gpus = Array.from({ length: count }, () => ({
      uuid: `GPU-${randomUUID()}`,
      name: 'NVIDIA A100-SXM4-40GB',
    }));
    this.set(this.#gpus);
    const script = join(import.meta.dirname, 'fake-nvidia-smi.cjs');
    const tool = join(this.folder, 'nvidia-smi');
    writeFileSync(tool, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
    chmodSync(tool, 0o755);
  }

  /** The environment of an agent that finds them. */
  get env(): Record<string, string> {
    return { PATH: `${this.folder}:${process.env['PATH'] ?? ''}`, FAKE_GPUS: this.#file };
  }

  get gpus(): readonly FakeGpu[] {
    return this.#gpus;
  }

  uuid(index: number): string {
    return this.#gpus[index]?.uuid ?? '';
  }

  set(gpus: readonly FakeGpu[], { broken = false }: { readonly broken?: boolean } = {}): void {
    this.#gpus = gpus;
    writeFileSync(`${this.#file}.tmp`, JSON.stringify({ gpus, broken }));
    renameSync(`${this.#file}.tmp`, this.#file);
  }

  /** Changes one device. */
  change(index: number, change: Partial<FakeGpu>): void {
    this.set(this.#gpus.map((gpu, at) => (at === index ? { ...gpu, ...change } : gpu)));
  }

  /** How the tool was called, each with its process's id. */
  get calls(): readonly { readonly pid: number; readonly args: string }[] {
    return readFileSync(`${this.#file}.calls`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => ({ pid: Number.parseInt(line, 10), args: line.slice(line.indexOf(' ') + 1) }));
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
