import { PassThrough } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { expect, test } from 'vitest';
import type { Link } from './link.ts';
import { Ssh2Transport } from './ssh2-transport.ts';

type Opened = (error: Error | undefined, channel: ClientChannel) => void;

/** A link whose server tells that a channel is open, and all that happens on it, in one piece. */
function linkWhere(happen: (channel: PassThrough) => void): Link {
  const open = (_what: string, done: Opened) => {
    const channel = Object.assign(new PassThrough(), { stderr: new PassThrough(), close: () => undefined });
    done(undefined, channel as unknown as ClientChannel);
    happen(channel);
  };
  const client = { exec: open, openssh_forwardOutStreamLocal: open } as unknown as Client;
  return { client, death: null } as unknown as Link;
}

const description = {} as ConstructorParameters<typeof Ssh2Transport>[1];

test('how a command ended is known, though its end came with the news that it began', async () => {
  const link = linkWhere((channel) => {
    channel.emit('exit', null, 'SIGKILL');
    channel.end();
    channel.emit('close');
  });
  const exec = await new Ssh2Transport(link, description).exec('kill -KILL $$');
  expect(await exec.exit).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a socket that the host closes at once is one that ended', async () => {
  const link = linkWhere((channel) => {
    channel.end('last words');
    channel.emit('close');
  });
  const socket = await new Ssh2Transport(link, description).openSocket('/run/agent');
  const said: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) said.push(chunk);
  expect(Buffer.concat(said).toString()).toBe('last words');
});
