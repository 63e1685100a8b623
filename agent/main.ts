/**
 * The agent: the one file that is put on a host.
 *
 *     node agent.cjs ensure --home DIR    see that an agent is up, and print how it is reached
 *     node agent.cjs serve --home DIR     be that agent
 *     node agent.cjs agents --home DIR    tell of the agents that are up
 *     node agent.cjs stop --home DIR      have those leave that look after no run
 *     node agent.cjs dial SOCKET          join stdio to it
 *     node agent.cjs version
 */
import { parseArgs } from 'node:util';
import { MAGIC, usageError, UserError, type ErrorBody } from '#protocol';
import {
  agents,
  dial,
  ensure,
  programPath,
  programVersion,
  serve,
  stopAgents,
  tellParent,
  untilHangup,
} from './life/index.ts';

function errorBody(error: unknown): ErrorBody {
  if (error instanceof UserError)
    return {
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal-error';
  const message = error instanceof Error ? error.message : String(error);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        code: 'no-space',
        message,
        hint: "Free some space, or set the remote's 'home' to a disk that has more.",
      };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        code: 'home-not-writable',
        message,
        hint: "Set the remote's 'home' to a folder that its user may write to.",
      };
    default:
      return { code: code === 'internal-error' ? code : 'host-error', message };
  }
}

/** One line that a reader finds amid whatever a login shell prints. */
function say(body: object): void {
  process.stdout.write(`${MAGIC}${JSON.stringify(body)}\n`);
}

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { home: { type: 'string' } },
    allowPositionals: true,
  });
  const [command, argument] = positionals;
  switch (command) {
    case 'ensure':
      say({ ...(await ensure(values.home, untilHangup())), node: process.execPath, program: programPath() });
      return 0;
    case 'serve':
      return await serve(values.home).catch((error: unknown) => {
        tellParent(JSON.stringify(errorBody(error)));
        throw error;
      });
    case 'agents':
      say({ agents: await agents(values.home) });
      return 0;
    case 'stop':
      say({ agents: await stopAgents(values.home) });
      return 0;
    case 'dial':
      if (argument === undefined) break;
      await dial(argument);
      return 0;
    case 'version':
      process.stdout.write(`${programVersion(programPath())}\n`);
      return 0;
    default:
  }
  throw usageError({
    code: 'usage',
    message: 'expected ensure, serve, agents, stop, dial SOCKET or version',
  });
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    const body = errorBody(error);
    if (body.code === 'internal-error') console.error(error);
    say({ error: body });
    process.exit(error instanceof UserError ? error.exitCode : 1);
  },
);
