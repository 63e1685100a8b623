import { existsSync, watch } from 'node:fs';
import type { Http2Server } from 'node:http2';
import { join } from 'node:path';
import { arch, cpus, hostname, platform as os, userInfo } from 'node:os';
import { homeId, knownSecret, makeFolder } from '#files';
import type { HostInfo } from '#protocol';
import { BlobStore } from '../blobs/index.ts';
import { EventHub } from '../events/index.ts';
import { diskOf, sessionFacts, survivalOf } from '../host/index.ts';
import { homeAt, type Home } from '../home/index.ts';
import { hostVariables, KeyedMutex, LocalLauncher, timestamp } from '../launch/index.ts';
import { outputJoiner, outputObservers } from '../output/index.ts';
import { hostQueue } from '../queue/index.ts';
import type { Platform } from '../platform/index.ts';
import { QueueGate, Revocations, RunLifecycle, RunRegistry, StateIndex } from '../runs/index.ts';
import {
  blobRoutes,
  fileRoutes,
  hostRoutes,
  pythonRoutes,
  runRoutes,
  serverOf,
  terminalRoutes,
} from '../server/index.ts';
import { sweepStaging } from '../staging/index.ts';
import { FactsReader } from '../state/index.ts';
import { PYTHON_FILES } from '../python/index.ts';
import { keepPruned } from './keep-pruned.ts';
import { layAssets } from './assets.ts';
import { agentKey, lockAddresses, type AgentIdentity } from './identity.ts';

/** What others do in the home is looked for at least this often, in ms, in case the system didn't tell. */
const DISCOVER_MS = 10_000;

/** Between the first sign of a change and the look at it, in ms: a batch makes many. */
const DISCOVER_PAUSE_MS = 250;

/** All parts of an agent, joined. */
export interface Agent {
  readonly server: Http2Server;
  readonly registry: RunRegistry;
  /** Makes anew what was removed of the home; false when that is gone, or another one is in its place. */
  tendHome(): boolean;
  /** Begins to start what waits: the queue is ours. */
  openQueue(): void;
  /** Leaves the queue to another agent. */
  closeQueue(): Promise<void>;
  close(): Promise<void>;
}

export interface AgentContext {
  readonly identity: AgentIdentity;
  readonly platform: Platform;
  /** What another user has of the names that Sortie uses here, in words. */
  readonly taken: () => readonly string[];
  /** Called when somebody asks the agent to leave, or to hand over to another one. */
  readonly retire: (handover: boolean) => void;
}

/** Folders of a home; made once, private. */
function makeHome(root: string): Home {
  const home = homeAt(root);
  for (const folder of [home.runs, home.staging, home.trash, home.blobs, home.agents, home.logs, home.cache])
    makeFolder(folder, 0o700);
  return home;
}

/** Looks at the home whenever another agent, or another program, may have changed which runs there are. */
function discoverRuns(runs: string, registry: RunRegistry): () => void {
  let soon: NodeJS.Timeout | null = null;
  const look = () => {
    soon ??= setTimeout(() => {
      soon = null;
      registry.discover();
    }, DISCOVER_PAUSE_MS).unref();
  };
  const timer = setInterval(look, DISCOVER_MS).unref();
  let watcher: ReturnType<typeof watch> | null = null;
  try {
    watcher = watch(runs, { persistent: false }, look);
    watcher.on('error', () => undefined);
  } catch {
    // No more watches: the timer alone serves.
  }
  return () => {
    clearInterval(timer);
    watcher?.close();
  };
}

function hostInfo(
  { identity, platform, taken }: AgentContext,
  home: Home,
  queue: QueueGate,
): () => Promise<HostInfo> {
  const started = timestamp();
  return async () => {
    await queue.looked();
    return {
      hostId: identity.hostId,
      hostname: hostname(),
      user: userInfo().username,
      home: home.root,
      agent: { version: identity.version, pid: process.pid, node: process.versions.node, started },
      platform: { os: os(), arch: arch(), cpus: cpus().length, bootId: platform.bootId() },
      slots: queue.slots,
      gpus: [...queue.gpus],
      now: timestamp(),
      disk: diskOf(home.root),
      survival: survivalOf(sessionFacts()),
      taken: [...taken(), ...queue.taken],
      homeId: homeId(identity.secret),
    };
  };
}

/** Builds the agent of a home, its runs learnt from their directories; it answers once its server listens. */
export function buildAgent(context: AgentContext): Agent {
  const { identity, platform, retire } = context;
  const home = makeHome(identity.home);
  const assets = layAssets(home.root, identity.version, PYTHON_FILES);
  const { expand } = assets;
  const locks = new KeyedMutex();
  const blobs = new BlobStore(home.blobs);
  const variables = hostVariables(process.env);
  const onChange = (id: string) => registry.refresh(id);
  const facts = new FactsReader(platform, identity.hostId);
  const launcher = new LocalLauncher({
    home,
    platform,
    facts,
    hostVariables: variables,
    assets,
    expand,
    locks,
    onChange,
  });
  const queue = new QueueGate();
  const lockOf = (what: string) => lockAddresses(what, { identity, platform });
  const events: EventHub = new EventHub(() => [
    ...registry.states().map((run) => ({ type: 'run' as const, run })),
    { type: 'gpus' as const, gpus: [...queue.gpus] },
  ]);
  const registry: RunRegistry = new RunRegistry({
    home,
    facts,
    index: new StateIndex(join(home.cache, `states-${agentKey(identity)}.json`), identity.version),
    launcher,
    scheduler: queue,
    observers: outputObservers(lockOf),
    makeJoiner: outputJoiner(lockOf),
    anythingLeft: (id) => launcher.anythingLeft(id),
    isStarting: (id) => launcher.isStarting(id),
    onState: (run) => events.publish({ type: 'run', run }),
    onRemoved: (id) => events.publish({ type: 'removed', id }),
    onSettled: (state) => {
      lifecycle.settle(state).catch((error: unknown) => console.error(`Cannot settle ${state.id}:`, error));
    },
  });
  const revocations = new Revocations(home.root, identity.hostId);
  const lifecycle = new RunLifecycle({
    home,
    revocations,
    host: { hostId: identity.hostId, hostname: hostname() },
    hostVariables: variables,
    expand,
    blobs,
    registry,
    launcher,
    locks,
  });
  registry.restore();
  const stopPruning = keepPruned(home.blobs, revocations);
  const isAlive = (pid: number) => platform.processStart(pid) !== null;
  sweepStaging({ staging: home.staging, hostId: identity.hostId, isAlive }).catch((error: unknown) => {
    console.error('Cannot sweep what was left of stagings:', error);
  });
  const stopDiscovering = discoverRuns(home.runs, registry);
  const server = serverOf({
    ...hostRoutes({ info: hostInfo(context, home, queue), events, retire }),
    ...runRoutes({ registry, lifecycle }),
    ...fileRoutes(registry),
    ...terminalRoutes(registry),
    ...blobRoutes(blobs),
    ...pythonRoutes(variables),
  });
  return {
    server,
    registry,
    tendHome() {
      if (knownSecret(home.root) !== identity.secret) return false;
      if (!existsSync(home.runs)) makeHome(home.root);
      return true;
    },
    openQueue() {
      queue.open(
        hostQueue({
          launcher,
          platform,
          path: process.env['PATH'] ?? '',
          watched: () => events.readers > 0,
          onPlaces: (ids) => registry.placesChanged(ids),
          onGpus: (gpus) => events.publish({ type: 'gpus', gpus: [...gpus] }),
        }),
      );
      registry.discover();
      queue.restore(registry.scheduled());
    },
    closeQueue: () => queue.close(),
    async close() {
      stopDiscovering();
      stopPruning();
      await queue.close();
      await registry.close();
    },
  };
}
