import { PYTHON_EXE } from '#protocol';
import { encodeForArgs } from '../command/encode-flag.ts';
import { isNotebookCommand, notebookCommand } from '../command/notebook-command.ts';
import { WRAPPER } from '../command/python-command.ts';
import { patternsOf } from '../imports/notebook-flags.ts';
import { FLAG_ARGS, parseFlagsDest, type CommandFlag, type OperationData } from '../operation.ts';
import { decodeValue, isList, isMap, mapOf, type Value } from '../value.ts';

/** The attribute `op` of a run, as it was written when the run was made; null when it lacks a command. */
export function readOpAttribute(op: Value): OperationData | null {
  if (!isMap(op) || !isMap(op['op-cmd'])) return null;
  const command = op['op-cmd'];
  const words = command['cmd-args'];
  if (!isList(words)) return null;
  const sourcecode = isMap(op['sourcecode']) ? op['sourcecode'] : {};
  const dest = command['flags-dest'];
  const flagsExtra = mapOf(op['flags-extra']);
  const cmdArgs = withOwnWrapper(words.map(text), flagsExtra);
  return {
    cmdArgs,
    cmdEnv: new Map([...mapOf(command['cmd-env'])].map(([name, value]) => [name, text(value)])),
    withheld: isList(op['env-withheld']) ? op['env-withheld'].map(text) : [],
    cmdFlags: new Map([...mapOf(command['cmd-flags'])].map(([name, flag]) => [name, commandFlag(flag)])),
    flagsDest:
      typeof dest === 'string'
        ? parseFlagsDest(dest)
        : isNotebookCommand(cmdArgs)
          ? { kind: 'globals' }
          : null,
    nullLabels: mapOf(op['flag-null-labels']),
    labelTemplate: textOrNull(op['label-template']),
    pythonRequires: textOrNull(op['python-requires']),
    isPython: cmdArgs.includes('${python_exe}'),
    pipFreeze: op['pip-freeze'] !== false,
    outputScalars: op['output-scalars'],
    outputAttrs: op['output-attrs'],
    deps: op['deps'] ?? [],
    sourcecode: { dest: textOrNull(sourcecode['dest']) ?? '.', root: textOrNull(sourcecode['root']) },
    flagsExtra,
    deleteOnSuccess: op['delete-on-success'] === true,
  };
}

/** A run that Guild made names Guild's wrapper, which a host need not have: ours does the same. */
function withOwnWrapper(words: readonly string[], flagsExtra: ReadonlyMap<string, Value>): readonly string[] {
  const [python, unbuffered, module, ...rest] = words;
  if (python !== PYTHON_EXE || unbuffered !== '-um' || module !== 'guild.op_main') return words;
  if (rest[0] === 'guild.plugins.nbexec') return notebookWords(rest.slice(1), flagsExtra);
  const flags = rest.indexOf(FLAG_ARGS);
  const own = flags < 0 || rest.includes('--') ? rest : rest.toSpliced(flags, 0, '--');
  return [PYTHON_EXE, '-u', WRAPPER, ...own];
}

function notebookWords(words: readonly string[], flagsExtra: ReadonlyMap<string, Value>): readonly string[] {
  const [path = '', ...args] = words.filter((word) => word !== '--' && word !== FLAG_ARGS);
  const replacements = [...flagsExtra].map(
    ([name, extra]) => [name, isMap(extra) ? patternsOf(extra['nb-replace']) : []] as const,
  );
  return notebookCommand({ path, args, sourceDest: '.', replacements });
}

function commandFlag(value: Value): CommandFlag {
  if (!isMap(value)) return {};
  const split = value['arg-split'];
  const argEncoding = encoding(value['arg-encoding']);
  const envEncoding = encoding(value['env-encoding']);
  return {
    ...(typeof value['arg-name'] === 'string' ? { argName: value['arg-name'] } : {}),
    ...(typeof value['arg-skip'] === 'boolean' ? { argSkip: value['arg-skip'] } : {}),
    ...(value['arg-switch'] === undefined ? {} : { argSwitch: value['arg-switch'] }),
    ...(typeof split === 'string' || typeof split === 'boolean' ? { argSplit: split } : {}),
    ...(argEncoding === null ? {} : { argEncoding }),
    ...(typeof value['env-name'] === 'string' ? { envName: value['env-name'] } : {}),
    ...(envEncoding === null ? {} : { envEncoding }),
  };
}

/** A mapping whose keys are values; pairs, as they were written once. */
function encoding(value: Value | undefined): readonly (readonly [Value, string])[] | null {
  if (isMap(value)) return Object.entries(value).map(([from, to]) => [decodeValue(from), text(to)]);
  if (!isList(value)) return null;
  return value.flatMap((pair) => (isList(pair) ? [[pair[0] ?? null, text(pair[1])] as const] : []));
}

function text(value: Value | undefined): string {
  return value === undefined || value === null ? '' : encodeForArgs(value);
}

function textOrNull(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
