import { UserError } from '#protocol';

export function noSuchRun(id: string): UserError {
  return new UserError({
    code: 'no-such-run',
    message: `run '${id}' is not on this host`,
    hint: 'List the runs of the host with: sortie runs --remote NAME',
  });
}

export function wrongState(message: string, hint: string): UserError {
  return new UserError({ code: 'wrong-state', message, hint });
}
