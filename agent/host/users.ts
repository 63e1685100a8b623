import { readFileSync } from 'node:fs';

let users: ReadonlyMap<string, string> | null = null;

/** A user's name, or the number where it has none here (LDAP's are not in the file). */
export function userName(uid: string): string {
  users ??= readUsers();
  return users.get(uid) ?? uid;
}

function readUsers(): ReadonlyMap<string, string> {
  try {
    return new Map(
      readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .map((line) => line.split(':'))
        .map(([name = '', , uid = '']) => [uid, name]),
    );
  } catch {
    return new Map();
  }
}
