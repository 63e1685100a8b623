import type { CommandSpec, OptionSpec } from './command.ts';

const GLOBAL: readonly OptionSpec[] = [{ long: ['--help'], summary: 'Show this message and exit.' }];

/** The text of `sortie COMMAND --help`, for a terminal of so many columns. */
export function commandHelp(spec: CommandSpec, path: string, columns = 80): string {
  const usage = spec.positionals.map(({ name, required, repeatable }) => {
    const word = `${name}${repeatable ? '...' : ''}`;
    return required ? word : `[${word}]`;
  });
  const blocks = [
    `Usage: ${[path, '[OPTIONS]', ...usage].join(' ')}`,
    wrap(spec.summary, columns),
    ...(spec.aliases?.length ? [`Also: ${spec.aliases.map((name) => `sortie ${name}`).join(', ')}`] : []),
    ...(spec.description ?? '')
      .split('\n\n')
      .filter(Boolean)
      .map((text) => wrap(text, columns)),
  ];
  if (spec.subcommands?.length) blocks.push(`Commands:\n${commandRows(spec.subcommands, columns)}`);
  blocks.push(
    `Options:\n${rows([...spec.options, ...GLOBAL].filter(({ hidden }) => !hidden).map(optionRow), columns)}`,
  );
  blocks.push(`Examples:\n${spec.examples.map(({ line, what }) => `  ${line}\n      ${what}`).join('\n')}`);
  return `${blocks.join('\n\n')}\n`;
}

/** The text of `sortie --help`. */
export function topHelp(specs: readonly CommandSpec[], columns = 80): string {
  const options: readonly (readonly [string, string])[] = [
    ['-C DIR', 'Look for the project in DIR.'],
    ['-H DIR', 'Keep runs, config and caches in DIR instead of SORTIE_HOME or ~/.sortie.'],
    ['--debug', 'Show where an error came from, as SORTIE_DEBUG=1 does.'],
    ['--version', 'Show the version and exit.'],
    ['--help', 'Show this message and exit.'],
  ];
  return [
    'Usage: sortie [-C DIR] [-H DIR] COMMAND [ARGS...]',
    wrap('Run machine-learning experiments on the GPU boxes you can ssh to.', columns),
    `Commands:\n${commandRows(specs, columns)}`,
    `Options:\n${rows(options, columns)}`,
    [
      'Examples:',
      '  sortie run train.py lr=0.1',
      '      run a script here',
      "  sortie run train.py 'lr=[0.1,0.01]' --remote gpu-box",
      '      a trial for each rate, on a box that ssh knows as gpu-box',
      '  sortie watch',
      '      see all that is running, anywhere',
    ].join('\n'),
    "Try 'sortie COMMAND --help' for one command.\n",
  ].join('\n\n');
}

function commandRows(specs: readonly CommandSpec[], columns: number): string {
  return rows(
    specs.filter(({ hidden }) => !hidden).map(({ name, summary }) => [name, summary]),
    columns,
  );
}

function optionRow({ short, long, value, summary }: OptionSpec): readonly [string, string] {
  const names = [...(short ? [short] : []), ...long].join(', ');
  return [value === undefined ? names : `${names} ${value}`, summary];
}

function rows(pairs: readonly (readonly [string, string])[], columns: number): string {
  const width = Math.min(28, Math.max(...pairs.map(([left]) => left.length)));
  return pairs
    .map(([left, right]) => {
      const text = wrap(right, columns, width + 4).trimStart();
      return left.length > width
        ? `  ${left}\n${' '.repeat(width + 4)}${text}`
        : `  ${left.padEnd(width)}  ${text}`;
    })
    .join('\n');
}

function wrap(text: string, columns: number, indent = 0): string {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  for (const word of text.split(/\s+/)) {
    if (line.trim() && line.length + word.length + 1 > columns) {
      lines.push(line);
      line = ' '.repeat(indent);
    }
    line += line.trim() ? ` ${word}` : word;
  }
  return [...lines, line].join('\n');
}
