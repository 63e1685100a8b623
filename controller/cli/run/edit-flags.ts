import { dumpYaml, encodeValue, isMap, loadYaml, sameValue, UserError, type ValueMap } from '#protocol';
import type { Plan } from '#controller/operation';
import type { Context } from '../context.ts';
import { editText, withoutRemarks } from '../editor.ts';
import { confirm } from '../prompt.ts';

const REMARK =
  "# Change values and save. They are checked as if they had been typed; a list makes a trial for each of its values.\n# Lines that begin with '#' are left out, and without any other line all stays as it is.\n";

/** `--edit-flags`: a plan's flags in the editor, and `FLAG=VAL` for each that was changed. Errors: `editor-failed`, `bad-edited-flags`. */
export async function editFlags({ flags, displayName }: Plan, context: Context): Promise<string[]> {
  let text = `# Flags of ${displayName}\n${REMARK}${flags.size === 0 ? '' : dumpYaml(Object.fromEntries(flags))}`;
  for (;;) {
    text = editText(text, context, 'flags.yml');
    try {
      return changes(flags, parseFlags(text));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      context.stderr.write(`${error.message}\n`);
      if (!(await confirm('Edit these flags again?', context))) throw error;
    }
  }
}

function parseFlags(text: string): ValueMap {
  const yaml = withoutRemarks(text);
  if (yaml.trim() === '') return {};
  let value;
  try {
    value = loadYaml(yaml);
  } catch (error) {
    throw badFlags(
      `the edited flags are not valid YAML: ${error instanceof Error ? error.message : ''}`,
      error,
    );
  }
  if (isMap(value)) return value;
  throw badFlags('the edited flags are not lines of NAME: VALUE');
}

/** Flags that were taken out keep their values, as with Guild. */
function changes(before: Plan['flags'], edited: ValueMap): string[] {
  return Object.entries(edited)
    .filter(([name, value]) => {
      const old = before.get(name);
      return old === undefined || !sameValue(old, value);
    })
    .map(([name, value]) => `${name}=${encodeValue(value)}`);
}

function badFlags(message: string, cause?: unknown): UserError {
  return new UserError({
    code: 'bad-edited-flags',
    message,
    hint: 'Give flags as FLAG=VAL on the command line.',
    cause,
  });
}
