import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { budgetFor, compilePythonRegex, PatternTooSlow, PythonRegexError } from './index.ts';

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

/** The steps that all matches in a text take. */
function steps(pattern: string, text: string): number {
  const budget = { left: 1e9 };
  compilePythonRegex(pattern).findAll(text, budget);
  return 1e9 - budget.left;
}

test.each([
  [String.raw`x(\w+\s?)+: (\d+)$`, (n: number) => `x${'a'.repeat(n)}!`],
  ['(a*)*b', (n: number) => 'a'.repeat(n)],
  ['(a|a)*b', (n: number) => 'a'.repeat(n)],
  ['(a|aa)+$', (n: number) => `${'a'.repeat(n)}b`],
  ['.*.*.*=.*', (n: number) => 'x'.repeat(n)],
  ['a.*b.*c', (n: number) => 'ab'.repeat(n / 2)],
  ['(?=.*b)a|a', (n: number) => 'a'.repeat(n)],
  ['(?=(?:.*a)*)a', (n: number) => 'a'.repeat(n)],
  ['a*b|a', (n: number) => 'a'.repeat(n)],
  [String.raw`([^ \t]+): (\d+)`, (n: number) => ': '.repeat(n / 2)],
  ['(?i:(A|a)+)+B', (n: number) => 'a'.repeat(n)],
])('%s takes time in proportion to the text, however it is made', (pattern, text) => {
  const [short, long] = [steps(pattern, text(2_000)), steps(pattern, text(20_000))];
  expect(long / short).toBeLessThan(10.5);
  expect(long).toBeLessThan(budgetFor(text(20_000)).left);
});

test.each([
  ['references to groups', String.raw`(a*)(a*)(a*)(a*)\1\2\3\4b`, 'a'.repeat(500)],
  ['atomic groups', '(?>a*)b|a', 'a'.repeat(20_000)],
  ['very many choices on a long text', `(${'a?'.repeat(1200)}){2}`, 'a'.repeat(60_000)],
])('a pattern of %s is given up where its budget ends', (_, pattern, text) => {
  expect(() => compilePythonRegex(pattern).findAll(text)).toThrow(PatternTooSlow);
});

test.each([
  ['too many characters', 'a'.repeat(20_000)],
  ['too many rounds', '((a{100}){100}){100}'],
  ['groups too deep', `${'('.repeat(500)}a${')'.repeat(500)}`],
])('a pattern of %s is refused', (_, pattern) => {
  expect(() => compilePythonRegex(pattern)).toThrow(PythonRegexError);
});

test('patterns of every kind find what they find in Python', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    'é',
    '1',
    '.',
    String.raw`\w`,
    String.raw`\d`,
    '[ab]',
    '[^a]',
    '(?i:A)',
    '(?s:.)',
  );
  const place = fc.constantFrom(
    '^',
    '$',
    String.raw`\b`,
    String.raw`\Z`,
    '(?<=a)',
    '(?<!b)',
    '(?=b)',
    '(?!a)',
    '(?m:$)',
  );
  const quantifier = fc.constantFrom('', '', '*', '+', '?', '*?', '+?', '??', '{1,2}', '{2}', '?+', '*+');
  const { pattern } = fc.letrec<{ pattern: string; term: string }>((tie) => ({
    pattern: fc.oneof(
      fc.array(tie('term'), { minLength: 1, maxLength: 4 }).map((terms) => terms.join('')),
      fc.tuple(tie('term'), tie('term')).map(([one, other]) => `${one}|${other}`),
    ),
    term: fc.oneof(
      { maxDepth: 3 },
      fc.tuple(atom, quantifier).map((parts) => parts.join('')),
      place,
      tie('pattern').map((inner) => `(${inner})`),
      // Something comes first, so that no round of a loop is empty.
      fc
        .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '+?', '{1,2}'))
        .map(([inner, often]) => `(?:a(?:${inner}))${often}`),
    ),
  }));
  const patterns = fc.sample(pattern, { numRuns: 2000, seed: 11 });
  const texts = ['', 'a', 'aab1', 'abab\nba', 'Aé1 a b\n', 'bbaaab aba'];
  const said = pythonSays(patterns, texts);
  const differing = patterns.filter((each, at) => {
    const ours = texts.map((text) =>
      compilePythonRegex(each)
        .findAll(text)
        .map(({ groups, whole }) => [...groups, whole]),
    );
    return JSON.stringify(ours) !== JSON.stringify(said[at]);
  });
  expect(differing).toEqual([]);
}, 60_000);
