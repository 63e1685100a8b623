import { connect as connectHttp } from 'node:http2';
import { connect } from 'node:net';
import { API } from '#protocol';

/** An agent that doesn't answer in this time is left alone, in ms. */
const TIMEOUT_MS = 2000;

/** Asks another agent of this host by its socket. Gives the text of its answer; null when none came, or it refused. */
export async function ask(socket: string, method: 'GET' | 'POST', path: string): Promise<string | null> {
  const session = connectHttp('http://agent', { createConnection: () => connect(socket) });
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), TIMEOUT_MS);
      session.on('error', () => resolve(null));
      const stream = session.request({ ':method': method, ':path': `${API}${path}` });
      let status: number | undefined;
      let text = '';
      stream.setEncoding('utf8');
      stream.on('response', (headers) => (status = headers[':status']));
      stream.on('data', (chunk: string) => (text += chunk));
      stream.on('error', () => resolve(null));
      stream.on('close', () => {
        clearTimeout(timer);
        resolve(status === 200 ? text : null);
      });
      stream.end();
    });
  } finally {
    session.destroy();
  }
}
