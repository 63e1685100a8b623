import { UserError } from '#protocol';

/** A swamped host with a cold disk starts a Node within this, in ms; an agent gives up starting sooner. */
const SILENCE_MS = 90_000;

/** Waits for the host to say or take something. Throws `host-silent` when it doesn't. */
export async function heard<T>(waiting: Promise<T>, host: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const error = new UserError({
      code: 'host-silent',
      message: `${host}: logged in, but no output for ${SILENCE_MS / 1000} s`,
      hint: `Check that 'ssh ${host} true' ends; usual causes are a home on a hanging disk (NFS) and rc files that prompt.`,
    });
    timer = setTimeout(() => reject(error), SILENCE_MS);
  });
  return Promise.race([waiting, silence]).finally(() => clearTimeout(timer));
}
