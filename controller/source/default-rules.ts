import type { SelectRule } from './rules.ts';

/** Text files larger than this, in bytes, aren't taken for source by default. */
export const LARGEST_TEXT = 1 << 20;
/** So many text files are taken by default outside of version control: a safety measure against a home directory. */
export const MOST_TEXT_FILES = 100;

const NO_COPY: SelectRule = exclude('dir', ['*'], { containing: ['.guild-nocopy'] });

/** A folder that `--run-dir` or `--stage-dir` made within the project is a run, not source. */
const NO_RUNS: SelectRule = exclude('dir', ['*'], { containing: ['.guild/opref'] });

/** In a git work tree: what git lists. It is in the place of these rules' first, `include *`. */
export const GIT_RULES: readonly SelectRule[] = [
  { result: 'include', patterns: ['*'], type: 'any' },
  exclude('any', ['.git*', '.guildignore']),
  exclude('dir', ['.git', '.guild']),
  NO_COPY,
  NO_RUNS,
];

/** Elsewhere: some small text files. */
export const PLAIN_RULES: readonly SelectRule[] = [
  exclude('dir', ['.*']),
  NO_COPY,
  NO_RUNS,
  {
    result: 'include',
    patterns: ['*'],
    type: 'text',
    sizeBelow: LARGEST_TEXT + 1,
    maxMatches: MOST_TEXT_FILES,
  },
];

/** Added outside of git for operations in Python: what interpreters and packagers leave behind. */
export const PYTHON_RULES: readonly SelectRule[] = [
  exclude('dir', ['__pycache__']),
  exclude('dir', ['*'], { containing: ['bin/activate', 'Scripts/activate'] }),
  exclude('dir', ['build', 'dist', '*.egg-info']),
];

function exclude(
  type: SelectRule['type'],
  patterns: readonly string[],
  more: Pick<SelectRule, 'containing'> = {},
): SelectRule {
  return { result: 'exclude', patterns, type, ...more };
}
