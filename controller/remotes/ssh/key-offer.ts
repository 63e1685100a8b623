import ssh2, {
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';

/** A key that can be offered: its public half is known, its private half is only needed when the host wants it. */
export interface KeyOffer {
  /** `~/.ssh/id_ed25519`, or `agent key someone@laptop`. */
  readonly label: string;
  readonly publicKey: ParsedKey;
  /** Rejects when the private half can't be had: a wrong passphrase, an agent that says no. `hash` is null where the key's type fixes it. */
  sign(data: Buffer, hash: string | null): Promise<Buffer>;
}

/**
 * One offer in the shape of an agent: ssh2 takes private keys at once and signs without waiting, but an agent's keys only when the host
 * has said that it wants them, and waits for the signature. So no passphrase is asked for a key that the host doesn't know.
 */
export class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #offer: KeyOffer;
  readonly #failed: (error: Error) => void;

  constructor(offer: KeyOffer, failed: (error: Error) => void) {
    super();
    this.#offer = offer;
    this.#failed = failed;
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    done(undefined, [this.#offer.publicKey]);
  }

  override sign(
    _key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    const reply = typeof options === 'function' ? options : done;
    const hash = typeof options === 'function' ? null : ((options.hash as string | undefined) ?? null);
    this.#sign(data, hash).then(
      (signature) => reply?.(undefined, signature),
      (error: Error) => {
        this.#failed(error);
        reply?.(error);
      },
    );
  }

  async #sign(data: Buffer, hash: string | null): Promise<Buffer> {
    // ssh2 falls back to it for RSA keys at servers that name no signature algorithms.
    if (hash === 'sha1') throw new Error('the host takes RSA signatures only with SHA-1');
    return this.#offer.sign(data, hash);
  }
}
