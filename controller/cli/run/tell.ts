import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { compileAttributeRules, compileScalarRules, UserError } from '#protocol';
import {
  environmentText,
  flagsTestText,
  modelHelpText,
  operationHelpText,
  testedLine,
  type Plan,
  type RunRequest,
  type World,
} from '#controller/operation';
import { parseSourceConfig, selectSource } from '#controller/source';
import type { Context } from '../context.ts';
import { printedCommand } from './printed-command.ts';

/** What only tells of an operation, and needs no values for its flags. null when nothing of it was asked for. */
export async function tellOfOperation({ opspec, options }: RunRequest, world: World): Promise<string | null> {
  if (options.helpModel) return modelHelpText(opspec, world);
  if (options.helpOp) return operationHelpText(opspec, world);
  if (options.testFlags) return flagsTestText(opspec, world);
  return null;
}

/** What tells of a plan instead of running it; null when nothing of it was asked for. A batch has a command a trial: see there. */
export async function tellOfPlan(
  plan: Plan,
  { options }: RunRequest,
  context: Context,
): Promise<string | null> {
  if (options.printCmd && plan.batch === null) return `${printedCommand(plan, context)}\n`;
  if (options.printEnv) return environmentText(plan);
  if (options.testSourcecode) return sourceText(plan, context);
  const { testOutputScalars, testOutputAttrs } = options;
  if (testOutputScalars !== undefined)
    return testText(testOutputScalars, compileScalarRules(plan.outputScalars), context);
  if (testOutputAttrs !== undefined)
    return testText(testOutputAttrs, compileAttributeRules(plan.outputAttrs), context);
  return null;
}

/** Which files would be copied, by which rules, and which would not. */
async function sourceText({ source }: Plan, { home, stderr }: Context): Promise<string> {
  if (source === null) return 'No source code is copied.\n';
  const selection = await selectSource({
    project: source.root,
    configs: source.config.filter((each) => each !== undefined).map((each) => parseSourceConfig(each)),
    python: source.isPython,
    dependencies: source.exclude,
    home,
    explain: true,
  });
  for (const warning of selection.warnings) stderr.write(`WARNING: ${warning}\n`);
  const block = (title: string, lines: readonly string[]) =>
    `${title}\n${lines.length === 0 ? '  <none>\n' : lines.map((line) => `  ${line}\n`).join('')}`;
  return [
    `Copying from ${source.root}\n`,
    block('Rules:', selection.rules),
    block(
      'Selected for copy:',
      selection.files.map(({ path }) => path),
    ),
    block('Skipped:', selection.skipped),
  ].join('');
}

/** Each line, and below it what each rule finds there, as Guild prints it. */
async function testText(
  path: string,
  rules: Parameters<typeof testedLine>[1],
  { cwd, stdin }: Context,
): Promise<string> {
  const input = path === '-' ? stdin : await opened(resolve(cwd, path), path);
  let text = '';
  for await (const line of createInterface({ input })) text += testedLine(line, rules);
  return text;
}

async function opened(path: string, typed: string): Promise<Readable> {
  try {
    const file = await open(path);
    if ((await file.stat()).isFile()) return file.createReadStream();
    await file.close();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw unreadable(typed, error.code === 'ENOENT' ? 'no such file' : String(error.code));
  }
  throw unreadable(typed, 'not a file');
}

function unreadable(path: string, why: string): UserError {
  return new UserError({
    code: 'cannot-read',
    message: `cannot read ${path}: ${why}`,
    hint: "Name a file of output to test, or '-' for standard input.",
  });
}
