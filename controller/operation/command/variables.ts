import type { OperationData } from '../operation.ts';
import type { Flags } from '../value.ts';
import { encodeForArgs } from './encode-flag.ts';
import { resolveReferences } from './reference.ts';

/** The environment variables that depend on flags: the operation's own `env`, then `FLAG_NAME` of every flag. */
export function flagVariables(flags: Flags, { cmdEnv, cmdFlags }: OperationData): Record<string, string> {
  const variables: Record<string, string> = {};
  const encode = (name: string) => encodeForArgs(flags.get(name) ?? null, cmdFlags.get(name)?.envEncoding);
  for (const [name, value] of flags) {
    const flag = cmdFlags.get(name);
    variables[flag?.envName ?? `FLAG_${envSafe(name)}`] = encodeForArgs(value, flag?.envEncoding);
  }
  for (const [name, text] of cmdEnv)
    variables[name] = resolveReferences(text, (flag) => (flags.has(flag) ? encode(flag) : undefined));
  return variables;
}

/** `learning-rate` → `LEARNING_RATE`. */
function envSafe(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
}
