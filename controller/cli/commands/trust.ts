import type { CommandSpec } from '../command.ts';

export const trust: CommandSpec = {
  name: 'trust',
  summary: "Trust a project's guild-config.yml.",
  description:
    "A project's guild-config.yml may name hosts of its own. Until its file is trusted it can't redefine a remote that config.yml or ssh knows, nor set 'proxy', 'init', 'private-key', 'host-key', 'python' and whatever else runs programs, reads files or skips checks. Trust holds for the file as it is now; a changed file is not trusted.",
  examples: [
    { line: 'sortie trust', what: 'show what the file here sets, and trust it' },
    { line: 'sortie trust --list', what: 'the files that are trusted' },
    { line: 'sortie trust --revoke', what: 'trust it no longer' },
  ],
  options: [
    { long: ['--list'], summary: 'List trusted files.' },
    { long: ['--revoke'], summary: 'Stop trusting the file.' },
  ],
  positionals: [{ name: 'DIR', complete: 'folders' }],
  load: () => import('../trust.ts'),
};
