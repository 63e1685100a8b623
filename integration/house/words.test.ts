import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const LITERAL = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/y;

interface Said {
  readonly place: string;
  readonly text: string;
}

/** The string literals that follow `key:` in the product's source, each with its file and line; placeholders become `${}`. */
function literalsOf(key: string): Said[] {
  const files = globSync('{agent,controller,protocol}/**/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  return files.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    // What stands between key and text may be a condition (`hint ?? '…'`, `refused\n ? '…'`).
    const starts = source.matchAll(
      new RegExp(`\\b${key}:\\s*(?:[\\w.]+\\s*(?:\\?\\??|:)\\s*)?(?=['"\`])`, 'g'),
    );
    return [...starts].flatMap((start) => {
      LITERAL.lastIndex = start.index + start[0].length;
      const text = LITERAL.exec(source)?.[0].slice(1, -1);
      if (
        text === undefined ||
        !text.includes(' ') ||
        text.startsWith('sortie ${') ||
        text.startsWith('Use ${most')
      )
        return [];
      const place = `${file}:${source.slice(0, start.index).split('\n').length}`;
      return [
        {
          place,
          text: text.replace(/(?<!\\)\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '${}').replace(/\\(['"`$])/g, '$1'),
        },
      ];
    });
  });
}

const messages = literalsOf('message');
const hints = literalsOf('hint');
const helps = [...literalsOf('summary'), ...literalsOf('what')];

/** Names that are written with a capital wherever they stand. */
const PROPER = /^(?:Node|Python|ProxyJump|ProxyCommand|OPERATION|[A-Z]{2,})\b/;

/** Guild's own texts, which scripts and people know as they are. */
const GUILDS = [
  'Aborting due to an empty comment.', // what `guild comment` prints, as git does
  'invalid argument(s):\\n${}\\nexpected NAME=VAL', // click's message in `guild run`
];

const BANNED = [
  /\(s\)/,
  /\bmend\b/i,
  /unless said/,
  /(?:came|comes|come) through/,
  /go(?:es|ne)? on (?:with|from|where|without|in)\b/,
  /\b(?:is|are) told\b/,
  /how-manieth|so-manieth|whosoever/,
  /met before|not met yet/,
  /(?<!there )\bis no (?!such\b)[a-z]+\b/,
  /nobody (?:answered|is there)/,
  /\banew\b/,
  /can't be had/,
  /with a status of/,
  /let (?:us|you) in\b/,
];

function breaking(all: readonly Said[], isWrong: (text: string) => boolean): string[] {
  return all
    .filter(({ text }) => !GUILDS.includes(text) && isWrong(text))
    .map(({ place, text }) => `${place} ${text}`);
}

test('the scan finds what the product says', () => {
  expect(messages.length).toBeGreaterThan(150);
  expect(hints.length).toBeGreaterThan(150);
  expect(helps.length).toBeGreaterThan(150);
});

describe('a message', () => {
  test('starts in lower case', () => {
    expect(breaking(messages, (text) => /^[A-Z]/.test(text) && !PROPER.test(text))).toEqual([]);
  });
  test('has no full stop', () => {
    expect(breaking(messages, (text) => /[.!]$/.test(text))).toEqual([]);
  });
  test('is not a question', () => {
    expect(breaking(messages, (text) => text.endsWith('?'))).toEqual([]);
  });
});

describe('a hint', () => {
  test('starts with a capital, and is a thing to do', () => {
    const isNot = (text: string) =>
      !/^[A-Z]|^\$\{/.test(text) || /^(?:It|There|They|This|That|What|Nobody|Someone)\b/.test(text);
    expect(breaking(hints, isNot)).toEqual([]);
  });
  test('ends with a full stop, unless with a command or a list after a colon', () => {
    expect(
      breaking(hints, (text) => !text.endsWith('.') && !/: [^:]+$/.test(text) && !/^\$\{\}[^ ]* /.test(text)),
    ).toEqual([]);
  });
});

test('help is in sentences that start with a capital and end with a full stop', () => {
  expect(breaking(literalsOf('summary'), (text) => !/^[A-Z0-9]/.test(text) || !text.endsWith('.'))).toEqual(
    [],
  );
});

test('nothing takes an old or a literary turn', () => {
  expect(
    breaking([...messages, ...hints, ...helps], (text) => BANNED.some((turn) => turn.test(text))),
  ).toEqual([]);
});
