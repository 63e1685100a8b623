import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import { PYTHON_EXE, UserError, type Input, type RunSpec } from '#protocol';
import type { PythonQuestion } from '#controller/operation';
import type { OpenedHost } from '#controller/remotes';
import { packTree, selectSource, shipTree, treeInMemory, type Tree } from '#controller/source';
import type { DispatchContext } from './dispatch-context.ts';
import { runHost } from './run-host.ts';

/** Where the run that asks has what the program reads. */
const FOLDER = '.guild/question';

/**
 * Asks a program of Python's on a host, by a short run that is gone after it, with the project's source where the program imports
 * it. Gives what it said, standard error too. Errors: `python-failed`, with its last line.
 */
export async function askOnHost(
  question: PythonQuestion,
  opened: OpenedHost,
  context: DispatchContext,
): Promise<string> {
  const { host } = opened;
  const { signal } = context;
  const id = randomUUID().replaceAll('-', '');
  const spec = await specOfQuestion(id, question, { opened, context });
  await host.putRun(spec, { signal });
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of host.output(id, { from: 0, follow: true, signal })) chunks.push(chunk);
    const said = Buffer.concat(chunks).toString('utf8');
    const state = await host.run(id, { signal });
    if (state.status === 'completed') return said;
    throw new UserError({
      code: 'python-failed',
      message: `on ${host.name}: ${said.trim().split('\n').at(-1) || (state.reason ?? 'Python did not answer')}`,
    });
  } finally {
    await host.remove(id, { purge: true });
  }
}

async function specOfQuestion(
  id: string,
  { program, args, input, cwd, needsPackages }: PythonQuestion,
  { opened, context }: { readonly opened: OpenedHost; readonly context: DispatchContext },
): Promise<RunSpec> {
  const inputs: Input[] = [];
  const ship = async (tree: Tree, at: string) => {
    await shipTree(tree, opened.host, context);
    inputs.push({ kind: 'tree', tree: tree.hash, at, role: 'source', replace: false });
  };
  if (needsPackages) {
    const request = { project: cwd, configs: [], python: true, dependencies: [], home: context.home };
    const selection = await selectSource(request);
    await ship(await packTree(selection, context), '.');
  }
  await ship(treeInMemory(new Map([['input', Buffer.from(input)]])), FOLDER);
  const place = runHost(opened, context.env);
  const { python, venv, conda, init } = place.kind === 'remote' ? place : NOTHING_SET;
  return {
    version: 1,
    id,
    attempt: 1,
    opref: 'script: question',
    attrs: {},
    command: [
      '/bin/sh',
      '-c',
      'exec "$@" <"$0"',
      posix.join(FOLDER, 'input'),
      PYTHON_EXE,
      '-c',
      program,
      ...args,
    ],
    python: python === undefined ? {} : { executable: python },
    environment: {
      base: 'host',
      variables: { PYTHONPATH: '.' },
      secrets: [],
      ...(venv === undefined ? {} : { venv }),
      ...(conda === undefined ? {} : { conda }),
      ...(init === undefined ? {} : { init }),
    },
    inputs,
    outputScalars: [],
    outputAttrs: [],
    gpus: { kind: 'none' },
    stopAfterMinutes: QUESTION_MINUTES,
    batch: null,
    priority: 0,
    deleteOnSuccess: false,
  };
}

/** A host without any configuration. */
const NOTHING_SET = { python: undefined, venv: undefined, conda: undefined, init: undefined };
/** Importing a deep-learning framework from a cold shared disk takes a minute; past this the script doesn't stop at its parser. */
const QUESTION_MINUTES = 3;
