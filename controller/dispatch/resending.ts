import { UserError } from '#protocol';

/**
 * Sends something to a host, and once more, thoroughly, where that has lost what it was known to have: somebody removed it, or it was
 * found to be damaged.
 */
export async function resending<T>(send: (thorough: boolean) => Promise<T>): Promise<T> {
  try {
    return await send(false);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'blob-missing') throw error;
    return send(true);
  }
}
