import ssh2 from 'ssh2';
import { ed25519KeyPair } from '#controller/demo-host';

/** A server that lets in whoever knows the password, by one method: sshd's would need an account with one. */
export async function passwordServer(method: 'password' | 'keyboard-interactive') {
  const hostKey = ed25519KeyPair();
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method === 'password' && method === 'password') {
        return context.password === 'sesame' ? context.accept() : context.reject([method]);
      }
      if (context.method === 'keyboard-interactive' && method === 'keyboard-interactive') {
        return context.prompt([{ prompt: 'Code: ', echo: false }], (answers) =>
          answers[0] === 'sesame' ? context.accept() : context.reject([method]),
        );
      }
      return context.reject([method]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { port, key: hostKey.public, [Symbol.asyncDispose]: async () => void server.close() };
}
