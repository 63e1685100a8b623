import { UserError } from '#protocol';
import type { Prompter } from '../ssh/context.ts';
import { mergedEntry } from './merge-entry.ts';
import { isTrusted, trust } from './project-trust.ts';
import type { UserConfig } from './user-config.ts';

/**
 * Lets a remote of a project's own configuration through where it says nothing that needs trust, or its file is trusted by now; else
 * asks, and remembers the answer where it is yes. Errors: `project-not-trusted`.
 */
export async function assertTrusted(
  name: string,
  config: UserConfig,
  { home, prompter }: { readonly home: string; readonly prompter: Prompter | null },
): Promise<void> {
  const withheld = config.remotes.get(name)?.withheld ?? [];
  if (withheld.length === 0 || config.distrusted === null) return;
  const { file, text } = config.distrusted;
  const isNowTrusted = () => isTrusted(home, file, text);
  if (isNowTrusted()) return;
  const sets = `${file} sets ${withheld.map((key) => `'${key}'`).join(', ')} for remote '${name}'`;
  if (withheld.includes('extends') || !prompter) throw notTrusted(sets);
  const answer = await prompter.ask({
    text: [
      `${sets}. Such settings can run programs, use your keys or skip checks, and the file is the project's, not yours:`,
      ...settingsText(name, config),
      'Trust this file? [y/N] ',
    ].join('\n'),
    hidden: false,
    isSettled: isNowTrusted,
  });
  if (isNowTrusted()) return;
  if (!/^y(es)?$/i.test(answer.trim())) throw notTrusted(sets);
  trust(home, file, text);
}

function settingsText(name: string, config: UserConfig): string[] {
  return Object.entries(mergedEntry(name, config) ?? {}).map(([key, value]) => `  ${key}: ${String(value)}`);
}

function notTrusted(sets: string): UserError {
  return new UserError({
    code: 'project-not-trusted',
    message: `${sets}, and that file is not trusted`,
    hint: "Read the file, then run 'sortie trust' in that folder.",
    exitCode: 2,
  });
}
