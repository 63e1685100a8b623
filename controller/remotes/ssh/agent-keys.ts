import ssh2, { type ParsedKey, type SigningRequestOptions } from 'ssh2';
import type { KeyOffer } from './key-offer.ts';

/** An agent on this machine answers in a millisecond; a forwarded or hung one must not hold a connection back. */
const AGENT_ANSWER_MS = 5_000;

/** The keys that an ssh agent holds, in its order; none when there is no agent that answers. */
export async function agentKeys(socket: string): Promise<KeyOffer[]> {
  const agent = new ssh2.OpenSSHAgent(socket);
  const keys = await new Promise<ParsedKey[]>((resolve) => {
    const late = setTimeout(() => resolve([]), AGENT_ANSWER_MS);
    agent.getIdentities((error, found) => {
      clearTimeout(late);
      const parsed = (error ? [] : (found ?? [])).map((key) => ssh2.utils.parseKey(key as ParsedKey));
      resolve(parsed.filter((key): key is ParsedKey => !(key instanceof Error)));
    });
  });
  return keys.map((publicKey) => ({
    label: `agent key ${publicKey.comment || publicKey.type}`,
    publicKey,
    sign: async (data, hash) =>
      new Promise<Buffer>((resolve, reject) => {
        const options: SigningRequestOptions = hash === 'sha256' || hash === 'sha512' ? { hash } : {};
        agent.sign(publicKey, data, options, (error, signature) => {
          if (signature) resolve(signature);
          else reject(error ?? new Error('the agent gave no signature'));
        });
      }),
  }));
}
