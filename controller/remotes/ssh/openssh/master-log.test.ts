import { expect, test } from 'vitest';
import { MasterLog } from './master-log.ts';

function read(text: string) {
  const log = new MasterLog();
  return { events: text.split('\n').flatMap((line) => log.read(line) ?? []), facts: log.facts };
}

test('what the connection is made of is read from its set-up, the last of several connections telling', () => {
  const { facts, events } = read(`OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19 27 Jan 2026
debug1: Remote protocol version 2.0, remote software version OpenSSH_8.0
debug1: Remote protocol version 2.0, remote software version OpenSSH_9.2p1 Debian-2
debug1: kex: algorithm: sntrup761x25519-sha512
debug1: kex: host key algorithm: ssh-ed25519
debug1: kex: client->server cipher: chacha20-poly1305@openssh.com MAC: <implicit> compression: none
Authenticated to 127.0.0.1 ([127.0.0.1]:29871) using "publickey".
debug1: Entering interactive session.`);
  expect(facts).toEqual({
    server: 'OpenSSH_9.2p1 Debian-2',
    cipher: 'chacha20-poly1305@openssh.com',
    keyExchange: 'sntrup761x25519-sha512',
    hostKey: 'ssh-ed25519',
    auth: 'publickey',
  });
  expect(events).toEqual([{ kind: 'interactive' }]);
});

test('sockets that open, are refused and end are told apart from sessions and listeners', () => {
  expect(
    read(`debug1: channel 2: new unix-listener [unix listener] (inactive timeout: 0)
debug1: channel 1: new direct-streamlocal@openssh.com [direct-streamlocal@openssh.com] (inactive timeout: 0)
debug2: channel 1: open confirm rwindow 2097152 rmax 32768
debug1: channel 4: new direct-streamlocal@openssh.com [direct-streamlocal@openssh.com] (inactive timeout: 0)
channel 4: open failed: connect failed: open failed
debug2: channel 1: rcvd eof
debug1: channel 5: new session [client-session] (inactive timeout: 0)
debug2: channel 5: open confirm rwindow 0 rmax 32768
debug2: exec request accepted on channel 5
debug1: client_input_channel_req: channel 5 rtype exit-signal reply 0
debug1: channel 7: new session [client-session] (inactive timeout: 0)
channel 7: open failed: connect failed: open failed`).events,
  ).toEqual([
    { kind: 'socket-opened', channel: 1 },
    { kind: 'socket-refused', channel: 4, detail: 'connect failed: open failed' },
    { kind: 'socket-ended', channel: 1 },
    { kind: 'exec-accepted', channel: 5 },
    { kind: 'exec-signalled', channel: 5 },
    { kind: 'exec-refused', channel: 7, detail: 'connect failed: open failed' },
  ]);
});

test('the notation of OpenSSH before 9.2 is read too', () => {
  expect(
    read(`debug1: channel 1: new [direct-streamlocal@openssh.com]
debug2: channel 1: open confirm rwindow 2097152 rmax 32768`).events,
  ).toEqual([{ kind: 'socket-opened', channel: 1 }]);
});

test('words for people are passed on, debugging is not', () => {
  expect(
    read('debug1: Reading configuration data x\n\nroot@box: Permission denied (publickey).').events,
  ).toEqual([{ kind: 'said', text: 'root@box: Permission denied (publickey).' }]);
});
