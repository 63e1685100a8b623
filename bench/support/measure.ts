/** Times and peaks of programs. What is reported of them is only ever their ratio within one run on one machine. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Program {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Timed {
  /** Ms from the start to the first byte of stdout; Infinity when there was none. */
  readonly firstByte: number;
  /** Ms from the start to the end. */
  readonly end: number;
  readonly bytes: number;
}

/** Runs a program to its end and drops its output. Throws, with its last words, when it fails. */
export function timed(program: Program, onStart?: (child: ChildProcess) => void): Promise<Timed> {
  const [file = '', ...args] = program.argv;
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(file, args, {
      cwd: program.cwd,
      env: { ...program.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onStart?.(child);
    let firstByte = Infinity;
    let bytes = 0;
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (bytes === 0) firstByte = performance.now() - start;
      bytes += chunk.length;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-2000)));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ firstByte, end: performance.now() - start, bytes });
      else reject(new Error(`${program.argv.join(' ')} ended with ${code}: ${said}`));
    });
  });
}

export type Measure = () => Promise<number>;

/** The middle ratio of several rounds; in each, the reference and the work are measured one after the other, in turns first. */
export async function medianRatio(rounds: number, reference: Measure, work: Measure): Promise<number> {
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const unit = await reference();
      ratios.push((await work()) / unit);
    } else {
      const took = await work();
      ratios.push(took / (await reference()));
    }
  }
  return median(ratios);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** The most memory that a process ever had resident, in MB (VmHWM of proc(5)); 0 when it has gone. Linux only. */
export function peakMegabytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}
