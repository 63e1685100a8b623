import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

let users: ReadonlyMap<string, string> | null = null;

function userNames(): ReadonlyMap<string, string> {
  try {
    users ??= new Map(
      readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .map((line) => line.split(':'))
        .map(([name = '', , uid = '']) => [uid, name]),
    );
  } catch {
    users = new Map();
  }
  return users;
}

/** Who owns a process, by /proc: a user's name, or the number where it has none here (LDAP's are not in the file). Null when it has ended. */
export function ownerOf(pid: number): string | null {
  try {
    const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return uid === undefined ? null : (userNames().get(uid) ?? uid);
  } catch {
    return null;
  }
}

/** What a process is called: its program's name without the path and arguments. */
export function programName(command: string): string {
  const [program = ''] = command.split(' ');
  return basename(program) || command;
}
