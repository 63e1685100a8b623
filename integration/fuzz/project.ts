import {
  compilePythonRegex,
  compileScalarRules,
  matchRules,
  PatternTooSlow,
  PythonRegexError,
  budgetFor,
} from '#protocol';
import { batchRows, decodeFlag, parseFlagFunction } from '#controller/trials';
import { decodeTyped } from '../../controller/operation/flags/decode-typed.ts';
import { parseFlagArgs } from '../../controller/operation/flags/flag-args.ts';
import { parseIni } from '../../controller/operation/dependencies/ini.ts';
import { readGuildfile } from '../../controller/operation/guildfile/guildfile.ts';
import { parseYaml } from '../../controller/operation/guildfile/parse-yaml.ts';
import { parseUserConfig } from '../../controller/remotes/config/user-config.ts';
import { ensure, type Parser } from './fuzz.ts';
import { ensureValue } from './values.ts';

/** The YAML parser takes a quarter of a millisecond for a small file. */
const OF_YAML = 2_000;

const GUILDFILE = `train:
  description: Train
  main: train
  flags:
    lr: {default: 0.1, type: float, min: 0}
    opt: {choices: [sgd, adam]}
  requires:
    - file: data
      select: '.*\\.csv'
  output-scalars: {loss: 'loss: (\\value)'}
  sourcecode: ['*.py', {exclude: test}]
  env: {A: b}
`;
const MODELS = `- config: base
  params: {x: 1}
- model: net
  extends: base
  operations:
    train: {main: 'a --lr \${lr}', steps: [a, {run: b}]}
  resources: {data: {sources: [{url: 'http://x/y'}]}}
`;

function batch(path: string, given: Pick<Parser, 'samples' | 'cases' | 'inputs'>): Parser {
  return {
    name: `batch files: ${path}`,
    ...given,
    read: (input) => {
      for (const flags of batchRows([{ path, text: input.toString('utf8') }]))
        for (const [name, value] of flags) {
          ensure(typeof name === 'string', 'a name');
          ensureValue(value);
        }
    },
  };
}

export const PROJECT: readonly Parser[] = [
  {
    name: 'guild.yml: YAML with places',
    inputs: OF_YAML,
    samples: [GUILDFILE, MODELS],
    cases: {
      'a key named after the prototype': '__proto__: {polluted: 1}\n',
      'a merged key named after the prototype': 'a: &a {__proto__: {polluted: 1}}\nb: {<<: *a}\n',
      'ten thousand openings': '['.repeat(10_000),
    },
    read: (input) => ensureValue(parseYaml(input.toString('utf8'), 'guild.yml')),
  },
  {
    name: 'guild.yml',
    inputs: OF_YAML,
    samples: [GUILDFILE, MODELS],
    cases: {
      'an operation named after the prototype':
        '__proto__: train\nconstructor: {flags: {__proto__: 1, constructor: {default: 2}}}\n',
      'a model named after the prototype':
        '- model: __proto__\n  extends: constructor\n- config: constructor\n',
    },
    read: (input) => {
      const guildfile = readGuildfile('/p/guild.yml', {
        read: (path) => (path === '/p/guild.yml' ? input : null),
        kind: () => null,
        isExecutable: () => false,
        list: () => [],
      });
      ensure(guildfile !== null && Array.isArray(guildfile.models), 'models');
    },
  },
  {
    name: 'config.yml',
    inputs: OF_YAML,
    samples: [
      'remotes:\n  box: {host: box.example, user: ann, port: 22, init: "module load x"}\n  old: {type: s3}\nrun: {}\n',
    ],
    cases: {
      'a remote named after the prototype': 'remotes: {__proto__: {host: a}, constructor: {host: b}}\n',
    },
    read: (input) => {
      const { remotes } = parseUserConfig(input.toString('utf8'), 'config.yml');
      for (const [name, { entry }] of remotes) ensure(name !== '' && typeof entry === 'object', 'a remote');
    },
  },
  batch('a.csv', {
    inputs: 5_000,
    samples: ['lr,opt,layers\n0.1,sgd,"[1,2]"\n1e-3,adam,\'a\'\n', 'a\n[1:10]\nuniform[0:1]\n'],
    cases: {
      'a flag named after the prototype': '__proto__,constructor\n1,2\n',
      'quotes without an end': `a\n${'"'.repeat(50_001)}`,
    },
  }),
  batch('a.json', {
    samples: ['[{"lr": 0.1, "n": 12345678901234567890}, {"lr": [1, 2.0, null, true]}]', '{"a": {"b": "c"}}'],
    cases: {
      'a hundred thousand openings': `[${'{"a":['.repeat(100_000)}`,
      'nested past any': `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'a flag named after the prototype': '{"__proto__": {"polluted": 1}}',
    },
  }),
  batch('a.yml', {
    inputs: OF_YAML,
    samples: ['- {lr: 0.1, opt: sgd}\n- lr: [1, 2]\n', 'a: 1e-3\n'],
    cases: { 'a flag named after the prototype': '__proto__: {polluted: 1}' },
  }),
  {
    name: 'flags',
    inputs: 5_000,
    samples: [
      'lr=0.1',
      'lr=[0.1,1e-3]',
      'n=range[1:10:2]',
      'x=uniform[0.1:0.5]',
      'a={b: [c]}',
      '@batch.csv',
      'n=[1,2]*3',
      'l=linspace[0:1:5]',
      'g=logspace[0:1:5]',
      "t='x'",
    ],
    cases: {
      'a range past any': 'n=range[0:1e18:1e-18]',
      'repeated past any': 'n=[[1]*1000000]*1000000',
      'an int of a million digits': `n=${'9'.repeat(1_000_000)}`,
    },
    read: (input) => {
      const { values } = parseFlagArgs([input.toString('utf8')], '/home/ann');
      for (const text of values.values()) {
        parseFlagFunction(text);
        ensureValue(decodeFlag(text));
        for (const type of ['float', 'int', 'number', 'boolean', 'string'] as const)
          ensureValue(decodeTyped(text, { type } as Parameters<typeof decodeTyped>[1]));
      }
    },
  },
  {
    name: 'INI files',
    samples: ['[a]\nb = 1\nc: d\n; x\n[DEFAULT]\ne=\n'],
    cases: {
      'a section named after the prototype': '[__proto__]\npolluted = 1\n[constructor]\n__proto__ = 2\n',
    },
    read: (input) => ensureValue(parseIni(input.toString('utf8'))),
  },
  {
    name: "Python's patterns",
    inputs: 5_000,
    samples: [
      '^(?P<key>[A-Za-z_]\\S*):\\s+(?P<val>\\d+(?:\\.\\d*)?)$',
      '(?i:loss|acc) = ([^,]+),',
      '(a|b)c{2,5}?\\1',
      '(?<=x)y(?!z)\\b.*',
      '[\\w-]+@\\w+\\.[a-z]{2,}',
    ],
    cases: {
      'ten thousand groups': '('.repeat(10_000),
      'repeats of repeats': '((((a{1,1000}){1,1000}){1,1000}){1,1000})b',
      'alternatives that are the same': '(a|a)*b',
      'looking behind behind': `${'(?<='.repeat(500)}a`,
    },
    refuses: (error) => error instanceof PythonRegexError || error instanceof PatternTooSlow,
    read: (input) => {
      const pattern = compilePythonRegex(input.toString('utf8'));
      for (const text of ['loss: 0.5', 'a'.repeat(200), 'aabbcc@example.com, x = 3'])
        for (const { at, whole } of pattern.findAll(text, budgetFor(text)))
          ensure(text.startsWith(whole, at), 'a match where it is');
    },
  },
  {
    name: 'rules of scalars',
    inputs: 5_000,
    samples: ['loss: (\\value)', '(\\key)=(\\value) \\(step (?P<step>\\step)\\)'],
    refuses: (error) => error instanceof PythonRegexError || error instanceof PatternTooSlow,
    read: (input) => {
      const rules = compileScalarRules([
        { key: null, pattern: input.toString('utf8') },
        { key: 'x', pattern: input.toString('utf8') },
      ]);
      for (const rule of rules) matchRules([rule], 'loss: 0.5 (step 3)');
    },
  },
];
