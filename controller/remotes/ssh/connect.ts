import type { SshTarget } from '../config/target.ts';
import type { Transport } from '../transport.ts';
import { isNameUnknown, unknownRemote } from './connect-error.ts';
import { connectSsh2 } from './connect-ssh2.ts';
import type { ConnectContext } from './context.ts';
import { connectOpenssh } from './openssh/connect-openssh.ts';

/**
 * Connects to a resolved target by the transport chosen for it. Throws a `UserError` that says what was tried and what to do, or the
 * signal's reason; `isPassing` tells those that a later attempt may not meet.
 */
export async function connect(target: SshTarget, context: ConnectContext): Promise<Transport> {
  try {
    const { transport } = target;
    return transport.kind === 'openssh'
      ? await connectOpenssh(target, transport, context)
      : await connectSsh2(target, context);
  } catch (error) {
    if (target.guess && isNameUnknown(error))
      throw unknownRemote(target.name, target.guess.configured, error);
    throw error;
  }
}
