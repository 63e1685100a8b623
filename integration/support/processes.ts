import { readdirSync, readFileSync } from 'node:fs';

/** Ids of the processes whose environment mentions `text`: how a test finds all that its pretended hosts started. */
export function processesMentioning(text: string): number[] {
  const found: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      if (readFileSync(`/proc/${name}/environ`, 'latin1').includes(text)) found.push(Number(name));
    } catch {
      // It ended between the listing and the reading, or is another user's.
    }
  }
  return found;
}

/** Ends, by id, every process whose environment mentions `text`, until none is left. As a power cut does: none sees another's end. */
export async function endProcessesMentioning(text: string): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    const ids = processesMentioning(text);
    if (ids.length === 0) return;
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
      for (const id of ids) {
        try {
          process.kill(id, signal);
        } catch {
          // Gone already.
        }
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Kills those processes of a host whose command line has a word in it. */
export function killOnHost({ home }: { readonly home: string }, word: string): number {
  const ids = processesMentioning(`HOME=${home}`).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word),
  );
  for (const pid of ids) process.kill(pid, 'SIGKILL');
  return ids.length;
}
