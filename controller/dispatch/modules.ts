import { UserError } from '#protocol';
import { askLocalPython, type Plan } from '#controller/operation';
import type { OpenedHost } from '#controller/remotes';
import { askOnHost } from './ask-on-host.ts';
import type { DispatchContext } from './dispatch-context.ts';
import { runHost } from './run-host.ts';

/** Prints those of its arguments that are no modules there. Looks for them without running their code, but for packages around them. */
const PROGRAM = `
import importlib.util, sys
for name in sys.argv[1:]:
    try:
        found = importlib.util.find_spec(name) is not None
    except Exception:
        found = False
    if not found:
        print("missing " + name)
`;

/** Asks Python where the run will be for the modules that its operation requires. Errors: `dependency-not-met`, with the `help` of guild.yml. */
export async function assertModules(
  { dependencies, projectDir, runParams }: Plan,
  opened: OpenedHost,
  context: DispatchContext,
): Promise<void> {
  const wanted = dependencies.flatMap((each) => (each.kind === 'module' && !each.optional ? [each] : []));
  if (wanted.length === 0 || runParams['force_deps'] === true) return;
  const args = wanted.map(({ module }) => module);
  const question = { program: PROGRAM, args, input: '', cwd: projectDir, needsPackages: true };
  const isHere = runHost(opened, context.env).kind === 'local';
  const said = isHere
    ? await askLocalPython(question, context.env, context.signal)
    : await askOnHost(question, opened, context);
  const missing = wanted.find(({ module }) => said?.split(/\r?\n/).includes(`missing ${module}`));
  if (missing === undefined) return;
  const where = isHere ? 'this machine' : opened.host.name;
  throw new UserError({
    code: 'dependency-not-met',
    message: `run failed because a dependency was not met: could not resolve '${missing.uri}' in ${missing.resource} resource: ${where} has no Python module '${missing.module}'`,
    hint: missing.help ?? 'Install it there, or continue without it with --force-deps.',
  });
}
