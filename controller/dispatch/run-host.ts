import type { RunHost } from '#controller/operation';
import type { OpenedHost } from '#controller/remotes';
import type { DispatchContext } from './dispatch-context.ts';

/** What a host's configuration says of the environment of runs on it. */
export function runHost(
  { target, settings, isElsewhere = false }: OpenedHost,
  env: DispatchContext['env'],
): RunHost {
  if (target.kind === 'local' && !isElsewhere) return { kind: 'local', env };
  const init = [settings.init, settings.activate].filter(Boolean).join('\n');
  return {
    kind: 'remote',
    venv: settings.venv,
    conda: settings.conda,
    python: settings.python,
    ...(init === '' ? {} : { init }),
  };
}
