import { connect } from 'node:net';
import { MAGIC, UserError } from '#protocol';

/** Joins stdio to an agent's socket, after a first line that tells it from what a login shell prints. Throws `no-agent`. */
export async function dial(socket: string): Promise<void> {
  const pipe = connect(socket);
  await new Promise<void>((resolve, reject) => {
    pipe.once('connect', resolve);
    pipe.once('error', (cause) =>
      reject(new UserError({ code: 'no-agent', message: `no agent answers at ${socket}`, cause })),
    );
  });
  process.stdout.write(`${MAGIC}{}\n`);
  process.stdin.pipe(pipe);
  pipe.pipe(process.stdout);
  await new Promise<void>((resolve) => {
    pipe.once('close', resolve);
    pipe.on('error', () => resolve());
    process.stdout.on('error', () => resolve());
  });
}
