import type { RunHost } from '#controller/operation';
import { TYPED_VARIABLE, type OpenedHost } from '#controller/remotes';
import type { DispatchContext } from './dispatch-context.ts';

/** What a host's configuration says of the environment of runs on it. */
export function runHost(
  { target, settings, isElsewhere = false }: OpenedHost,
  env: DispatchContext['env'],
): RunHost {
  if (target.kind === 'local' && !isElsewhere) {
    const { [TYPED_VARIABLE]: _ofCommands, ...others } = env;
    return { kind: 'local', env: others };
  }
  const init = [settings.init, settings.activate].filter(Boolean).join('\n');
  return {
    kind: 'remote',
    venv: settings.venv,
    conda: settings.conda,
    python: settings.python,
    ...(init === '' ? {} : { init }),
  };
}
