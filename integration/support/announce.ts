import { sshd } from './ssh-server.ts';

/** Says once, before the tests, what they run over. */
export function setup(): void {
  process.stdout.write(
    sshd === undefined
      ? "no sshd here: tests run over the project's own SSH host (install openssh-server for the real one)\n"
      : "tests run over OpenSSH's sshd\n",
  );
}
