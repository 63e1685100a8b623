import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

const FLOOD = `import sys

blocks = 1
line = b"a log line as programs print them, with a number or two: 0.123 456\\n" * 1000
for _ in range(blocks):
    sys.stdout.buffer.write(line)
`;

/** The most memory that a process ever had resident, in MB; Linux only. */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

test('output is passed on byte for byte while the memory of the command that shows it stays flat, however much it is', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('flood.py', FLOOD);
  const line = 'a log line as programs print them, with a number or two: 0.123 456\n'.repeat(1000);
  const peaks: number[] = [];
  for (const blocks of [1000, 4000]) {
    const child = lab.spawn(['run', 'flood.py', `blocks=${blocks}`, '-y', '-r', 'gpu-box']);
    child.stdin.end();
    const hash = createHash('sha256');
    let peak = 0;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      hash.update(chunk);
      peak = Math.max(peak, peakOf(child.pid ?? 0));
    }
    const whole = createHash('sha256');
    for (let block = 0; block < blocks; block += 1) whole.update(line);
    expect(hash.digest('hex')).toBe(whole.digest('hex'));
    peaks.push(peak);
  }
  const [small = 0, large = 0] = peaks;
  expect(small).toBeGreaterThan(0);
  // Garbage comes and goes with what is passed on; 200 MB more of that would show.
  expect(large - small).toBeLessThan(80);
});
