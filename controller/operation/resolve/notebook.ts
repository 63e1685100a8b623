import { usageError, type UserError } from '#protocol';

/** Notebooks are the one kind of Guild's operations that is not run here. */
export function notebookRefused(path: string): UserError {
  return usageError({
    code: 'notebook',
    message: `cannot run '${path}': notebooks are not supported`,
    hint: 'Export it as a script with: jupyter nbconvert --to script',
  });
}
