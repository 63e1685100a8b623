import { UserError } from '#protocol';
import { agentBundle } from './local/bundle.ts';
import { SocketCache } from './socket-cache.ts';

/** Whether an agent of this version was met there before: reaching it again puts nothing in place, unless it has gone. */
export function remembersAgent(home: string, key: string): boolean {
  return new SocketCache(home).get(key, agentBundle().version) !== undefined;
}

/** For what is worth no first contact. */
export function notMet(host: string): UserError {
  return new UserError({ code: 'not-met', message: `${host}: its agent was not met yet` });
}
