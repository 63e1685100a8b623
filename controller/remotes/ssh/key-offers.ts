import type { ParsedKey } from 'ssh2';
import type { AuthSettings } from '../config/target.ts';
import { agentKeys } from './agent-keys.ts';
import { readKeyFile, type KeyFileContext } from './key-file.ts';
import type { KeyOffer } from './key-offer.ts';

export interface KeyOffers {
  /** In the order to try. */
  readonly offers: readonly KeyOffer[];
  /** Files that were looked at in vain, with the reason: for the error, should nothing else let the user in. */
  readonly unusable: readonly string[];
}

/**
 * Collects the keys to offer, in ssh's order: the agent's that are also named as files, the agent's others (unless IdentitiesOnly),
 * then the files that the agent doesn't hold.
 */
export async function collectKeyOffers(auth: AuthSettings, context: KeyFileContext): Promise<KeyOffers> {
  if (!auth.publickey) return { offers: [], unusable: [] };
  const [held, files] = await Promise.all([
    auth.agent === null ? [] : agentKeys(auth.agent),
    Promise.all(auth.identityFiles.map(async (path) => ({ path, file: await readKeyFile(path, context) }))),
  ]);
  const fromFiles = files.flatMap(({ file }) => (file.kind === 'offer' ? [file.offer] : []));
  const named = files.flatMap(({ file }) => (file.kind === 'public' ? [file.publicKey] : []));
  const unusable = files.flatMap(({ path, file }) => {
    if (file.kind === 'unusable') return [`${path} ${file.reason}`];
    return file.kind === 'missing' && auth.identitiesNamed ? [`${path} doesn't exist`] : [];
  });
  const { identitiesOnly } = auth;
  return { offers: orderOffers({ held, files: fromFiles, named, identitiesOnly }), unusable };
}

/** Pure. `named` are keys whose public halves alone are on disk: an agent that holds them offers them first too. */
export function orderOffers(from: {
  readonly held: readonly KeyOffer[];
  readonly files: readonly KeyOffer[];
  readonly named: readonly ParsedKey[];
  readonly identitiesOnly: boolean;
}): KeyOffer[] {
  const wire = (key: ParsedKey) => key.getPublicSSH().toString('base64');
  const chosen = new Set([...from.files.map(({ publicKey }) => wire(publicKey)), ...from.named.map(wire)]);
  const held = new Set(from.held.map(({ publicKey }) => wire(publicKey)));
  const isChosen = ({ publicKey }: KeyOffer) => chosen.has(wire(publicKey));
  return [
    ...from.held.filter(isChosen),
    ...(from.identitiesOnly ? [] : from.held.filter((offer) => !isChosen(offer))),
    ...from.files.filter(({ publicKey }) => !held.has(wire(publicKey))),
  ];
}
