import { relative, resolve } from 'node:path';
import { byPath } from './by-path.ts';
import type { SourceConfig } from './config.ts';
import { GIT_RULES, LARGEST_TEXT, MOST_TEXT_FILES, PLAIN_RULES, PYTHON_RULES } from './default-rules.ts';
import { listByGit } from './git-listing.ts';
import { readGuildIgnore } from './guild-ignore.ts';
import { OutsideLinks } from './outside-links.ts';
import { describeRule, RuleSet, type SelectRule } from './rules.ts';
import { mayBeText } from './text-test.ts';
import { assertDirectory, factsOf, findFile, walk, type FoundFile } from './walk.ts';

/** What source is chosen from. */
export interface SourceRequest {
  /** The project's directory, absolute. */
  readonly project: string;
  /** The model's `sourcecode`, then the operation's. */
  readonly configs: readonly SourceConfig[];
  /** The operation runs Python. */
  readonly python: boolean;
  /** Paths from the source root that aren't source, being dependencies. */
  readonly dependencies?: readonly string[];
  /** A folder that is nobody's source, wherever it is: the home, whose runs would be copied into each other. Absolute. */
  readonly home?: string;
  /** Also tells what was passed over, which means to look at every file. */
  readonly explain?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** The source files of a run, sorted by path, and how they were chosen. */
export interface Selection {
  /** Absolute. */
  readonly root: string;
  /** Where they go in the run directory; `.` is the directory itself. */
  readonly dest: string;
  /** Whether a digest is recorded. */
  readonly digest: boolean;
  readonly files: readonly FoundFile[];
  /** Sentences for the user, each to be printed once. */
  readonly warnings: readonly string[];
  /** For `--test-sourcecode`. */
  readonly rules: readonly string[];
  /** Paths passed over; only when explained. */
  readonly skipped: readonly string[];
}

/** Chooses a run's source as Guild does: git's listing or small text files, then the model's rules, then the operation's. */
export async function selectSource(request: SourceRequest): Promise<Selection> {
  const { project, configs, signal } = request;
  const root = resolve(project, configs.findLast(({ root: at }) => at !== null)?.root ?? '.');
  assertDirectory(root);
  const userRules = configs.flatMap(({ rules }) => rules).map((rule) => widenDirectories(rule, root));
  const disabled = userRules.length > 0 && new RuleSet([...PLAIN_RULES, ...userRules]).disabled;
  const listed = disabled ? [] : await listByGit(root, signal);
  const rules = [...baseRules(listed !== null, request.python), ...userRules];
  const choice = new Choice({ root, rules, listed, request });
  if (!disabled) choice.run(needsWalk(userRules, request) || listed === null);
  return {
    root,
    dest: configs.findLast(({ dest }) => dest !== null)?.dest ?? '.',
    digest: configs.every(({ digest }) => digest),
    files: choice.files.sort(byPath),
    warnings: choice.warnings,
    rules: rules.map((rule) =>
      rule === GIT_RULES[0] ? 'gitignore + guildignore patterns' : describeRule(rule),
    ),
    skipped: choice.skipped.sort(),
  };
}

function baseRules(git: boolean, python: boolean): readonly SelectRule[] {
  if (git) return GIT_RULES;
  return python ? [...PLAIN_RULES, ...PYTHON_RULES] : PLAIN_RULES;
}

/** Git's listing is all there is to look at, unless rules may include what git ignores. */
function needsWalk(userRules: readonly SelectRule[], request: SourceRequest): boolean {
  return request.explain === true || userRules.some(({ result }) => result === 'include');
}

/** A pattern that names a directory means what is in it. */
function widenDirectories(rule: SelectRule, root: string): SelectRule {
  if (rule.type === 'dir') return rule;
  const patterns = rule.patterns.map((pattern) => {
    const path = pattern.replace(/^\/+|\/+$/g, '');
    const named = path !== '' && path !== '.' && !/[*?[]/.test(path);
    return named && findFile({ root, problem: () => undefined }, path) === 'directory'
      ? `${path}/*`
      : pattern;
  });
  return { ...rule, patterns };
}

interface ChoiceInit {
  readonly root: string;
  readonly rules: readonly SelectRule[];
  readonly listed: readonly string[] | null;
  readonly request: SourceRequest;
}

const BASE_INCLUDES: ReadonlySet<SelectRule> = new Set(
  [...GIT_RULES, ...PLAIN_RULES].filter(({ result }) => result === 'include'),
);

/** One pass over the files of a root. */
class Choice {
  readonly files: FoundFile[] = [];
  readonly skipped: string[] = [];
  readonly warnings: string[] = [];
  readonly #init: ChoiceInit;
  readonly #rules: RuleSet;
  readonly #withoutBase: RuleSet;
  readonly #entered = new Map<string, boolean>();
  readonly #listed: ReadonlySet<string> | null;
  readonly #dependencies: ReadonlySet<string>;
  readonly #ignored: (path: string) => boolean;
  readonly #outside: OutsideLinks;
  /** Relative to the root; null where it's elsewhere. */
  readonly #home: string | null;

  constructor(init: ChoiceInit) {
    this.#init = init;
    this.#rules = new RuleSet(init.rules);
    // For what git doesn't list and .guildignore rules out: only an operation's own rules may include it.
    this.#withoutBase = new RuleSet(init.rules.filter((rule) => !BASE_INCLUDES.has(rule)));
    this.#listed = init.listed === null ? null : new Set(init.listed);
    this.#dependencies = new Set(init.request.dependencies);
    this.#ignored = readGuildIgnore(init.root);
    const { home, project } = init.request;
    this.#outside = new OutsideLinks(init.root, [project]);
    this.#home = home === undefined ? null : relative(init.root, home);
  }

  run(walkAll: boolean): void {
    const { root, listed, request } = this.#init;
    const problem = (path: string, what: string) => this.#problem(path, what);
    if (walkAll || listed === null) {
      walk({
        root,
        enter: (facts) => facts.path !== this.#home && this.#rules.decideDirectory(facts).selected,
        file: (found) => this.#decide(found),
        problem,
        signal: request.signal,
      });
    } else {
      for (const path of listed) {
        if (!this.#isEntered(path.slice(0, Math.max(0, path.lastIndexOf('/'))))) continue;
        const found = findFile({ root, problem }, path);
        if (found === 'directory') this.#unlisted.push(path.replace(/\/$/, ''));
        else if (found !== null) this.#decide(found);
      }
    }
    this.#warnAboutUnlisted();
    this.#warnAboutLimits();
    this.warnings.push(...this.#outside.warnings);
  }

  #decide(found: FoundFile): void {
    const facts = factsOf(found.path, found.absolute, Number(found.stat.size));
    const listed = this.#listed === null || this.#listed.has(found.path);
    const rules = listed && !this.#ignored(found.path) ? this.#rules : this.#withoutBase;
    const { selected, rule } = rules.decideFile(facts);
    if (selected && !this.#dependencies.has(found.path)) {
      this.files.push(found);
      this.#outside.note(found.path);
    } else {
      if (this.#init.request.explain === true) this.skipped.push(found.path);
      if (rule === null && this.#listed === null) this.#noteLimit(found, facts.isText());
    }
  }

  readonly #tooBig: string[] = [];
  readonly #unlisted: string[] = [];
  #tooMany = false;

  #noteLimit(found: FoundFile, text: boolean): void {
    if (!text || this.#ignored(found.path)) return;
    if (found.stat.size > LARGEST_TEXT) this.#tooBig.push(found.path);
    else this.#tooMany = true;
  }

  #warnAboutUnlisted(): void {
    for (const path of this.#unlisted) {
      if (this.#ignored(`${path}/`)) continue;
      this.warnings.push(
        `Skipping ${path}: git does not look into it (a submodule, a repository of its own or a link). To copy it, add 'include: ${path}' to 'sourcecode'.`,
      );
    }
  }

  #warnAboutLimits(): void {
    const hint = "To control which files are copied, set 'sourcecode' in the project file.";
    if (this.#tooMany) {
      this.warnings.push(
        `Found more than ${MOST_TEXT_FILES} source code files but will only copy ${MOST_TEXT_FILES} as a safety measure. ${hint}`,
      );
    }
    for (const path of this.#tooBig) {
      this.warnings.push(`Skipping potential source code file ${path} because it's too big. ${hint}`);
    }
  }

  #problem(path: string, what: string): void {
    // What no rule would have selected is nobody's problem.
    const facts = { ...factsOf(path, `${this.#init.root}/${path}`), isText: () => mayBeText(path) };
    if (!this.#rules.decideFile(facts).selected) return;
    this.warnings.push(`Skipping source file ${path}: it ${what}.`);
  }

  /** Of a path in git's listing: whether a walk would have come to this directory. */
  #isEntered(directory: string): boolean {
    if (directory === '') return true;
    const known = this.#entered.get(directory);
    if (known !== undefined) return known;
    const parent = directory.slice(0, Math.max(0, directory.lastIndexOf('/')));
    const facts = factsOf(directory, `${this.#init.root}/${directory}`);
    const entered =
      directory !== this.#home && this.#isEntered(parent) && this.#rules.decideDirectory(facts).selected;
    this.#entered.set(directory, entered);
    return entered;
  }
}
