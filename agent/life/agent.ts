import { mkdirSync } from 'node:fs';
import { arch, cpus, hostname, platform as os, userInfo } from 'node:os';
import type { HostInfo } from '#protocol';
import { BlobStore } from '../blobs/index.ts';
import { EventHub } from '../events/index.ts';
import { diskOf, sessionFacts, survivalOf } from '../host/index.ts';
import { homeAt, type Home } from '../home/index.ts';
import { hostVariables, KeyedMutex, LocalLauncher, timestamp } from '../launch/index.ts';
import type { Platform } from '../platform/index.ts';
import { noObservers, RunLifecycle, RunRegistry, startAtOnce, type Scheduler } from '../runs/index.ts';
import { blobRoutes, hostRoutes, runRoutes, serverOf } from '../server/index.ts';
import { layAssets } from './assets.ts';
import type { AgentIdentity } from './identity.ts';
import type { Http2Server } from 'node:http2';

/** All parts of an agent, joined. */
export interface Agent {
  readonly server: Http2Server;
  readonly registry: RunRegistry;
  close(): Promise<void>;
}

export interface AgentContext {
  readonly identity: AgentIdentity;
  readonly platform: Platform;
  /** Called when somebody asks the agent to leave. */
  readonly retire: () => void;
}

/** Folders of a home; made once, private. */
function makeHome(root: string): Home {
  const home = homeAt(root);
  for (const folder of [home.runs, home.staging, home.trash, home.blobs, home.agents, home.logs])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  return home;
}

/** Builds the agent of a home, its runs learnt from their directories; it answers once its server listens. */
export function buildAgent({ identity, platform, retire }: AgentContext): Agent {
  const home = makeHome(identity.home);
  const assets = layAssets(home.agents, identity.version, {});
  const locks = new KeyedMutex();
  const blobs = new BlobStore(home.blobs);
  const own = hostVariables(process.env);
  const { supervisor, expand } = assets;
  const launcher: LocalLauncher = new LocalLauncher({
    home,
    platform,
    hostVariables: own,
    supervisor,
    expand,
    locks,
    onChange: (id) => registry.refresh(id),
  });
  const scheduler: Scheduler = startAtOnce({ launcher });
  const events: EventHub = new EventHub(() => [
    ...registry.states().map((run) => ({ type: 'run' as const, run })),
    { type: 'gpus' as const, gpus: [...scheduler.gpus] },
  ]);
  const registry: RunRegistry = new RunRegistry({
    home,
    hostId: identity.hostId,
    platform,
    launcher,
    scheduler,
    observers: noObservers,
    anythingLeft: (id) => launcher.anythingLeft(id),
    onState: (run) => events.publish({ type: 'run', run }),
    onRemoved: (id) => events.publish({ type: 'removed', id }),
  });
  const host = { hostId: identity.hostId, hostname: hostname() };
  const lifecycle = new RunLifecycle({
    home,
    host,
    hostVariables: own,
    expand,
    blobs,
    registry,
    scheduler,
    launcher,
    locks,
  });
  const started = timestamp();
  const info = async (): Promise<HostInfo> => ({
    ...host,
    user: userInfo().username,
    home: home.root,
    agent: { version: identity.version, pid: process.pid, node: process.versions.node, started },
    platform: { os: os(), arch: arch(), cpus: cpus().length, bootId: platform.bootId() },
    slots: scheduler.slots,
    gpus: [...scheduler.gpus],
    now: timestamp(),
    disk: diskOf(home.root),
    survival: survivalOf(sessionFacts()),
  });
  registry.restore();
  const server = serverOf({
    ...hostRoutes({ info, events, retire }),
    ...runRoutes({ registry, lifecycle }),
    ...blobRoutes(blobs),
  });
  return {
    server,
    registry,
    async close() {
      await scheduler.close();
      await registry.close();
    },
  };
}
