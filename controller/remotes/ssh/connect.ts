import type { SshTarget } from '../config/target.ts';
import type { Transport } from '../transport.ts';
import { isNameUnknown, unknownRemote } from './connect-error.ts';
import type { ConnectContext } from './context.ts';

/**
 * Connects to a resolved target by the transport chosen for it. Throws a `UserError` that says what was tried and what to do, or the
 * signal's reason; `isPassing` tells those that a later attempt may not meet.
 */
export async function connect(target: SshTarget, context: ConnectContext): Promise<Transport> {
  try {
    // Most commands connect to nothing, and ssh2 is half of what there is to load.
    const { transport } = target;
    if (transport.kind === 'openssh') {
      const { connectOpenssh } = await import('./openssh/connect-openssh.ts');
      return await connectOpenssh(target, transport, context);
    }
    const { connectSsh2 } = await import('./connect-ssh2.ts');
    return await connectSsh2(target, context);
  } catch (error) {
    if (target.guess && isNameUnknown(error))
      throw unknownRemote(target.name, target.guess.configured, error);
    throw error;
  }
}
