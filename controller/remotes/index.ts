/** Hosts: how they are named, reached and spoken with. */
export * from './agent-api.ts';
export { anySignal } from './any-signal.ts';
export { expandRemotes } from './config/expand-remotes.ts';
export { resolveTarget } from './config/resolve-target.ts';
export type { LocalTarget, RemoteSettings, SshHop, SshTarget, Target } from './config/target.ts';
export { loadUserConfig, PROJECT_CONFIG, readProjectConfig } from './config/load-config.ts';
export { distrust, trust, trustedFiles } from './config/project-trust.ts';
export { parseUserConfig, type ConfiguredRemote, type UserConfig } from './config/user-config.ts';
export { agentsOf } from './agents.ts';
export { agentBundle, packageRoot } from './local/bundle.ts';
export { localHost, makeHome } from './local/index.ts';
export { examineHost, failed, ok, type Check, type CheckName } from './doctor/index.ts';
export { knownGpus, rememberGpus } from './known-gpus.ts';
export { metHosts } from './met.ts';
export { openHost, type OpenedHost, type RemoteContext } from './open-host.ts';
export type { Progress } from './progress.ts';
export { isPassing } from './ssh/connect-error.ts';
export { connect } from './ssh/connect.ts';
export type { ConnectContext, Prompter, Question } from './ssh/context.ts';
export { UnansweredHosts } from './unanswered-hosts.ts';
export { terminalPrompter } from './ssh/terminal-prompter.ts';
export { openScratchHost, type ScratchHost } from './scratch-host.ts';
export * from './transport.ts';
export {
  handOver,
  questionKey,
  takeTyped,
  TYPED_VARIABLE,
  typedPrompter,
  type Handover,
} from './typed/index.ts';
