import { optionKey } from '../command.ts';
import { runOptions } from '../commands/run.ts';
import type { RunRequest } from '#controller/operation';

/** A request as the words that say it on a command line, after `run`. */
export function requestWords({ opspec, flagArgs, options }: RunRequest): string[] {
  const words = runOptions.flatMap((option) => {
    const value = options[optionKey(option) as keyof typeof options];
    const [name] = option.long;
    if (value === undefined || value === false) return [];
    if (value === true) return [name];
    return (Array.isArray(value) ? value : [value]).map((each) => `${name}=${String(each)}`);
  });
  return [...(opspec === '' ? [] : [opspec]), ...flagArgs, ...words];
}
