/** Hosts: how they are named, reached and spoken with. */
export * from './agent-api.ts';
export type { Progress } from './progress.ts';
export { agentBundle, packageRoot } from './local/bundle.ts';
export { localHost } from './local/index.ts';
export * from './transport.ts';
export type {
  AuthSettings,
  HostKeySettings,
  LocalTarget,
  RemoteSettings,
  SshHop,
  SshTarget,
  Target,
  TransportChoice,
} from './config/target.ts';
export { expandRemotes } from './config/expand-remotes.ts';
export { resolveTarget, type ResolveContext } from './config/resolve-target.ts';
export {
  loadUserConfig,
  sortieHome,
  type ConfigContext,
  type ConfiguredRemote,
  type UserConfig,
} from './config/user-config.ts';
export { connect } from './ssh/connect.ts';
export { connectSsh2 } from './ssh/connect-ssh2.ts';
export { isPassing } from './ssh/connect-error.ts';
export type { ConnectContext, Prompter } from './ssh/context.ts';
export { terminalPrompter } from './ssh/terminal-prompter.ts';
