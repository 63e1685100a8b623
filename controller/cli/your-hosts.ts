import { isFinal } from '#protocol';
import { metHosts } from '#controller/remotes';
import { listRuns } from '#controller/runs';
import type { Context } from './context.ts';
import type { Fleet } from './fleet.ts';

/** What is the user's without any being named: this machine, hosts in config.yml, hosts with live runs, and those reached before. */
export function yourHosts(fleet: Fleet, { home }: Pick<Context, 'home'>): readonly string[] {
  // Hosts of a project that isn't trusted are met only where they are named.
  const configured = [...fleet.config.remotes.values()].flatMap(({ name, withheld }) =>
    withheld === undefined ? [name] : [],
  );
  const live = listRuns(home).flatMap(({ status, remote }) =>
    isFinal(status) || remote === null ? [] : [remote],
  );
  return [
    ...new Set([
      'local',
      ...(configured.length === 0 ? [] : fleet.names(configured)),
      ...live,
      ...metHosts(home),
    ]),
  ];
}
