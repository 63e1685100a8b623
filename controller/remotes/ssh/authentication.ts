import type { AnyAuthMethod, Prompt } from 'ssh2';
import { UserError } from '#protocol';
import type { SshHop } from '../config/target.ts';
import type { ConnectContext, Question } from './context.ts';
import { collectKeyOffers, type KeyOffers } from './key-offers.ts';
import { OneKeyAgent } from './key-offer.ts';
import type { Keyring } from './keyring.ts';

/** As `ssh` has it (NumberOfPasswordPrompts). */
const PASSWORD_TRIES = 3;

export interface Asking {
  readonly context: ConnectContext;
  readonly keyring: Keyring;
  /** Stops the handshake's clock while a person is asked. */
  readonly hold: () => () => void;
  /** Something that no further method can mend: a wrong passphrase, a person who cancelled. */
  readonly fail: (error: Error) => void;
}

/** The course of an authentication: what was tried, what the host would take, and how the user got in. */
export interface AuthenticationRecord {
  readonly tried: string[];
  readonly unusable: string[];
  /** What the host said it takes; null until it said so. */
  offered: readonly string[] | null;
  /** Methods that would have needed a person to ask. */
  unasked: string[];
}

/**
 * Yields what to try, in ssh's order: keys, then keyboard-interactive, then a password. Each is yielded after the one before it was
 * refused; `record.offered` is kept up to date by the caller. Keys go first without asking the host what it takes, which saves a
 * round trip wherever a key opens the door.
 */
export async function* attempts(
  hop: SshHop,
  record: AuthenticationRecord,
  asking: Asking,
): AsyncGenerator<AnyAuthMethod, void, void> {
  const username = hop.user;
  const { offers, unusable } = await keyOffers(hop, asking);
  record.unusable.push(...unusable);
  for (const offer of offers) {
    record.tried.push(offer.label);
    const agent = new OneKeyAgent(offer, (error) => {
      // An agent that won't sign is passed over; a person who has no passphrase to give ends it.
      if (error instanceof UserError) asking.fail(error);
      else record.unusable.push(`${offer.label} (${error.message})`);
    });
    yield { type: 'agent', username, agent };
  }
  // An agent's refusal tells ssh2's caller nothing of what the host takes, so it is asked.
  yield { type: 'none', username };
  yield* typed(hop, record, asking);
}

async function keyOffers(hop: SshHop, { context, keyring, hold }: Asking): Promise<KeyOffers> {
  const { prompter, signal } = context;
  const holding: typeof prompter = prompter && {
    ask: async (question) => {
      const release = hold();
      try {
        return await prompter.ask(question);
      } finally {
        release();
      }
    },
  };
  return collectKeyOffers(hop.auth, { prompter: holding, keyring, signal });
}

/** What a person types. Where nobody can, what would have been asked is noted. */
async function* typed(
  hop: SshHop,
  record: AuthenticationRecord,
  asking: Asking,
): AsyncGenerator<AnyAuthMethod, void, void> {
  const takes = (method: string) => record.offered?.includes(method) ?? true;
  for (const [method, allowed, attempt] of [
    ['keyboard-interactive', hop.auth.keyboardInteractive, keyboardInteractive],
    ['password', hop.auth.password, password],
  ] as const) {
    if (!allowed || !takes(method)) continue;
    const server = serverOf(hop);
    if (method === 'password' && asking.keyring.passwords.has(server)) {
      record.tried.push(method);
      yield { type: method, username: hop.user, password: asking.keyring.passwords.get(server) ?? '' };
      asking.keyring.passwords.delete(server);
    }
    if (!asking.context.prompter) {
      record.unasked.push(method);
      continue;
    }
    record.tried.push(method);
    for (let round = 0; round < PASSWORD_TRIES && takes(method); round += 1) {
      yield await attempt(hop, asking);
      // It is still there after a success, when nobody comes back here.
      asking.keyring.passwords.delete(server);
    }
  }
}

async function password(hop: SshHop, asking: Asking): Promise<AnyAuthMethod> {
  const question = { text: `Password for ${hop.user}@${hop.name}: `, hidden: true, asker: serverOf(hop) };
  const secret = await ask(asking, question);
  asking.keyring.passwords.set(serverOf(hop), secret);
  return { type: 'password', username: hop.user, password: secret };
}

function serverOf(hop: SshHop): string {
  return `${hop.user}@${hop.host}:${hop.port}`;
}

async function keyboardInteractive(hop: SshHop, asking: Asking): Promise<AnyAuthMethod> {
  return {
    type: 'keyboard-interactive',
    username: hop.user,
    prompt: (...[name, instructions, _language, prompts, finish]) => {
      const heading = [name, instructions].filter((text) => text !== '').map((text) => `${text}\n`);
      answerAll(hop, asking, { heading: heading.join(''), prompts }).then(finish, asking.fail);
    },
  };
}

async function answerAll(
  hop: SshHop,
  asking: Asking,
  { heading, prompts }: { readonly heading: string; readonly prompts: readonly Prompt[] },
): Promise<string[]> {
  const answers: string[] = [];
  for (const [index, { prompt, echo }] of prompts.entries()) {
    const text = `${index === 0 ? heading : ''}(${hop.user}@${hop.name}) ${prompt}`;
    answers.push(await ask(asking, { text, hidden: echo !== true, asker: serverOf(hop) }));
  }
  return answers;
}

async function ask({ context, hold }: Asking, question: Question): Promise<string> {
  const release = hold();
  try {
    return (await context.prompter?.ask({ ...question, signal: context.signal })) ?? '';
  } finally {
    release();
  }
}
