import { UserError } from '#protocol';

export function noSuchRun(id: string): UserError {
  return new UserError({
    code: 'no-such-run',
    message: `There is no run ${id} on this host`,
    hint: 'List the runs of the host with: sortie runs --remote NAME',
  });
}

export function wrongState(message: string, hint: string): UserError {
  return new UserError({ code: 'wrong-state', message, hint });
}
