import { formatFlagsDest, type CommandFlag, type OperationData } from '../operation.ts';
import { secretNames } from '../restart/withheld.ts';
import { encodeValue, objectOf, type Value, type ValueMap } from '../value.ts';

/** Variables that a later start of the run needs, whatever its command line says. */
const KEPT_VARIABLES: ReadonlySet<string> = new Set([
  'CUDA_VISIBLE_DEVICES',
  'FLAGS_DEST',
  'GUILD_PLUGINS',
  'GUILD_SOURCECODE',
  'HANDLE_KEYBOARD_INTERRUPT',
  'PROJECT_DIR',
  'PYTHONPATH',
]);

interface OpAttributeInit {
  readonly label: string | null;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** The attribute `op`: what trials and restarts are rebuilt from, as Guild lays it out. A label that was asked for is the template of the run's restarts. */
export function opAttribute(
  operation: OperationData,
  { label, variables, secrets }: OpAttributeInit,
): ValueMap {
  const withheld = secretNames(operation, secrets);
  const written = new Map([...operation.cmdEnv].filter(([name]) => !withheld.includes(name)));
  const kept = Object.entries(variables).filter(([name]) => KEPT_VARIABLES.has(name));
  const flags = [...operation.cmdFlags].map(([name, flag]) => [name, commandFlag(flag)] as const);
  const given: Record<string, Value | undefined> = {
    'op-cmd': {
      'cmd-args': operation.cmdArgs,
      'cmd-env': { ...Object.fromEntries(kept), ...objectOf(written) },
      'cmd-flags': Object.fromEntries(flags.filter(([, flag]) => Object.keys(flag).length > 0)),
      'flags-dest': operation.flagsDest === null ? null : formatFlagsDest(operation.flagsDest),
    },
    'env-withheld': withheld.length === 0 ? undefined : withheld,
    'flag-null-labels': orNothing(objectOf(operation.nullLabels)),
    'label-template': label ?? operation.labelTemplate ?? undefined,
    'python-requires': operation.pythonRequires ?? undefined,
    'pip-freeze': operation.pipFreeze ? undefined : false,
    'output-scalars': operation.outputScalars,
    'output-attrs': operation.outputAttrs,
    deps: operation.deps,
    sourcecode: {
      dest: operation.sourcecode.dest,
      ...(operation.sourcecode.root === null ? {} : { root: operation.sourcecode.root }),
    },
    'flags-extra': orNothing(objectOf(operation.flagsExtra)),
    'delete-on-success': operation.deleteOnSuccess || undefined,
  };
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}

function orNothing(map: ValueMap): ValueMap | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}

function commandFlag(flag: CommandFlag): ValueMap {
  const given: Record<string, Value | undefined> = {
    'arg-name': flag.argName,
    'arg-skip': flag.argSkip,
    'arg-switch': flag.argSwitch,
    'arg-split': flag.argSplit,
    'arg-encoding': flag.argEncoding && encodingMap(flag.argEncoding),
    'env-name': flag.envName,
    'env-encoding': flag.envEncoding && encodingMap(flag.envEncoding),
  };
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}

/** A mapping from values to text: its keys are the texts of the values, which `ENCODINGS` says where the attribute is written. */
function encodingMap(encoding: readonly (readonly [Value, string])[]): Value {
  return Object.fromEntries(encoding.map(([from, to]) => [encodeValue(from), to]));
}

/** Mappings of the attribute whose keys are values of any type. */
export const ENCODINGS: readonly string[] = ['arg-encoding', 'env-encoding'];
