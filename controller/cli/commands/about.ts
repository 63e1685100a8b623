/** Commands that tell of the project, of this installation, or to the shell. */
import type { CommandSpec } from '../command.ts';

export const operations: CommandSpec = {
  name: 'operations',
  aliases: ['ops'],
  summary: 'List the operations of this project whose name contains FILTER (default: all).',
  examples: [
    { line: 'sortie operations', what: 'names and descriptions' },
    {
      line: 'sortie operations train --flags',
      what: 'some of them, with the flags that guild.yml gives them',
    },
  ],
  options: [
    { long: ['--flags'], short: '-f', summary: 'Show flags too.' },
    { long: ['--json'], summary: 'Print JSON.' },
  ],
  positionals: [{ name: 'FILTER', repeatable: true, complete: 'operations' }],
  load: () => import('../operations.ts'),
};

export const check: CommandSpec = {
  name: 'check',
  summary: 'Show the local setup: versions, home, Node, Python, ssh.',
  description: "No host is contacted; 'sortie doctor' checks hosts.",
  examples: [
    { line: 'sortie check', what: 'what to put into a bug report' },
    { line: 'sortie check --json', what: 'the same for programs' },
  ],
  options: [{ long: ['--json'], summary: 'Print JSON.' }],
  positionals: [],
  load: () => import('../check.ts'),
};

export const completion: CommandSpec = {
  name: 'completion',
  summary: 'Print a script that lets a shell complete commands, options, runs, remotes and flags.',
  examples: [
    { line: 'source <(sortie completion bash)', what: 'in ~/.bashrc' },
    { line: 'source <(sortie completion zsh)', what: 'in ~/.zshrc, after compinit' },
    { line: 'sortie completion fish | source', what: 'in ~/.config/fish/config.fish' },
  ],
  options: [],
  positionals: [{ name: 'SHELL', required: true, complete: 'shells' }],
  load: () => import('../completion/print.ts'),
};

export const complete: CommandSpec = {
  name: 'complete',
  summary: 'Print completions for the last of WORDS (used by shell scripts).',
  examples: [{ line: 'sortie complete -- run --rem', what: 'one line per completion' }],
  options: [],
  positionals: [{ name: 'WORD', repeatable: true }],
  hidden: true,
  load: () => import('../completion/complete.ts'),
};
