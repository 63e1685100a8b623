import type { Duplex } from 'node:stream';

/** RFC 4253 section 4.2 lets a server print lines before its identification; this is how much of them is looked at. */
const LOOK_AT_BYTES = 8_192;

/** What a server said before the encryption began. */
export interface Identification {
  /** `OpenSSH_9.2p1 Debian-2`; null until it said so. */
  server: string | null;
  /** Its last line that was no identification: `Exceeded MaxStartups`, where sshd explains why it hangs up. */
  remark: string | null;
}

/** Listens in on a socket that ssh2 reads. Call after `connect`, which pauses it. */
export function listenForIdentification(socket: Duplex): Identification {
  const said: Identification = { server: null, remark: null };
  let text = '';
  const listen = (chunk: Buffer) => {
    text += chunk.toString('latin1', 0, LOOK_AT_BYTES);
    const lines = text.split(/\r?\n/);
    const found = lines.slice(0, -1).find((line) => line.startsWith('SSH-'));
    if (found !== undefined) said.server = printable(found.replace(/^SSH-[^-]*-/, ''));
    else said.remark = printable(lines.filter((line) => line !== '').at(-1) ?? '') || null;
    if (found !== undefined || text.length >= LOOK_AT_BYTES) socket.off('data', listen);
  };
  socket.on('data', listen);
  return said;
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 200);
}
