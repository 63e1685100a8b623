import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { userName } from '../host/index.ts';

/** Who owns a process, by /proc. Null when it has ended. */
export function ownerOf(pid: number): string | null {
  try {
    const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return uid === undefined ? null : userName(uid);
  } catch {
    return null;
  }
}

/** What a process is called: its program's name without the path and arguments. */
export function programName(command: string): string {
  const [program = ''] = command.split(' ');
  return basename(program) || command;
}
