import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { compilePythonRegex, PythonRegexError } from './index.ts';

const TEXTS = [
  'loss: 0.5',
  'step 12 loss=1e-3 acc=.25',
  'Epoch 3/10 - loss: nan - val_acc: 0.9\n',
  'a]b-c^d\\e',
  'naïve é1 ٣ x\u00A0y\u2028z\x1fw',
  'aaab aab ab b',
  'foo.bar.foo "quoted" {3} x{2,}',
  'ABC abc Straße',
  '',
  'line one\nline two\n',
  'a\rb\u0085c\ufeffd',
];

const PATTERNS = [
  String.raw`(?P<k>\w+): (?P<v>[\d.]+)`,
  String.raw`step (\d+)`,
  String.raw`([^ =]+)=([\d.e\-]+)`,
  String.raw`[]a]`,
  String.raw`[^]a]+`,
  String.raw`[a\]\-^\\]`,
  String.raw`\bn\w+\b`,
  String.raw`\B\w`,
  String.raw`\s`,
  String.raw`\S+`,
  String.raw`[\s\d]+`,
  String.raw`[\W]+`,
  String.raw`[^\w\s]`,
  '.',
  '(?s).+',
  '^line',
  '(?m)^line (.*)$',
  'two$',
  String.raw`two\Z`,
  String.raw`\Aline`,
  '(?i)abc',
  'a++b',
  '(?>a+)b',
  '(?>a|ab)b',
  'a{2}b',
  'a{,2}b',
  'a{2,}b',
  'x{2,}',
  '{3}'.replace('{', String.raw`\{`),
  'x{a}',
  String.raw`(fo+)\.bar\.\1`,
  String.raw`(?P<w>fo+)\.bar\.(?P=w)`,
  String.raw`(?# note )lo(?:ss)`,
  String.raw`(?x) step \  ([0-9]+)  # the step`,
  String.raw`(?<=loss=)\S+`,
  String.raw`(?<!\d)\d`,
  String.raw`\d(?!\d)`,
  String.raw`\x61|\u0062|\143|\0`,
  String.raw`"([^"]*)"`,
  '(a)|(b)',
  '(?a)\\w+',
  'a*?b',
  'a??b',
  String.raw`\-|\:|\"|\_|\ `,
  '[a&&b]',
  '[!--b]',
  '[[a]',
  '(?P<a>x)|(?P<b>a)',
  '(?:)',
];

const REFUSED = [
  '(',
  ')',
  'a**',
  '*a',
  '[a',
  'a{2}{3}*?+',
  String.raw`\q`,
  '(?P<1>a)',
  '(?P<a>x)(?P<a>y)',
  String.raw`\1`,
  '[z-a]',
  '(?P=no)',
  '(?<=a+)(',
];

const SCRIPT = `
import json, re, sys
patterns, texts = json.load(sys.stdin)
out = []
for p in patterns:
    try:
        r = re.compile(p)
        out.append([[list(m.groups()) + [m.group(0)] for m in r.finditer(t)] for t in texts])
    except re.error as e:
        out.append(None)
json.dump(out, sys.stdout)
`;

function pythonSays(patterns: readonly string[], texts: readonly string[]): unknown[] {
  const input = JSON.stringify([patterns, texts]);
  return JSON.parse(
    execFileSync('python3', ['-W', 'ignore', '-c', SCRIPT], { input, encoding: 'utf8' }),
  ) as unknown[];
}

test('a translated pattern finds in every text what Python finds, group by group', () => {
  const said = pythonSays(PATTERNS, TEXTS);
  for (const [at, pattern] of PATTERNS.entries()) {
    const regex = compilePythonRegex(pattern);
    const ours = TEXTS.map((text) => regex.findAll(text).map(({ groups, whole }) => [...groups, whole]));
    expect({ pattern, found: ours }).toEqual({ pattern, found: said[at] });
  }
}, 60_000);

test('what Python refuses is refused', () => {
  const said = pythonSays(REFUSED, ['']);
  for (const [at, pattern] of REFUSED.entries()) {
    expect({ pattern, python: said[at] }).toEqual({ pattern, python: null });
    expect(() => compilePythonRegex(pattern)).toThrow(PythonRegexError);
  }
}, 60_000);
