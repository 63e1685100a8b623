import { hasSshd } from './ssh-server.ts';

/** Says once, before the tests, what they run over. */
export function setup(): void {
  const what = hasSshd
    ? "tests run over OpenSSH's sshd"
    : "no sshd here: tests run over the project's own SSH host, but for three that need OpenSSH's (install openssh-server for the real one)";
  process.stdout.write(`${what}\n`);
}
