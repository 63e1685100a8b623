import { UserError } from '#protocol';
import type { Requirement } from './requirement.ts';

const REFUSAL = 'run failed because ';

/** The warning of a dependency that isn't met where that is no reason to stop: its error's words, less that the run failed. */
export function unmetWarning({ message }: Error): string {
  return message.startsWith(REFUSAL) ? message.slice(REFUSAL.length) : `a dependency was not met: ${message}`;
}

interface WhatToDo {
  readonly hint: string;
}

/** Refuses a source that isn't there, or can't be had. Throws UserError `dependency-not-met`. */
export function notMet({ kind, target, resource }: Requirement, why: string, todo?: WhatToDo): never {
  throw unmet({ uri: `${kind}:${target}`, resource, ...todo }, why);
}

export function unmet(
  { uri, resource, hint }: { readonly uri: string; readonly resource: string } & Partial<WhatToDo>,
  why: string,
): UserError {
  return new UserError({
    code: 'dependency-not-met',
    message: `run failed because a dependency was not met: could not resolve '${uri}' in ${resource} resource: ${why}`,
    hint: hint ?? 'Put it there, or continue without it with --force-deps.',
  });
}
