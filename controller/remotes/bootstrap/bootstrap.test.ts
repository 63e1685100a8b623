import * as fc from 'fast-check';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { bootError, parseBootLine } from './boot-line.ts';
import { boundedLines, neutralised } from './noise.ts';
import { quote } from './script.ts';

async function linesOf(chunks: readonly Buffer[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of boundedLines(Readable.from(chunks), 'gpu-box')) lines.push(line);
  return lines;
}

test('what a host needs is read from its line, with words that may be missing', () => {
  expect(parseBootLine('SORTIE-BOOT need Linux x86_64 glibc-2.36_ 1234_ agent runtime')).toEqual({
    kind: 'need',
    os: 'Linux',
    arch: 'x86_64',
    libc: 'glibc-2.36',
    freeKib: 1234,
    needs: ['agent', 'runtime'],
    isBare: false,
  });
  expect(parseBootLine('SORTIE-BOOT need Linux x86_64 _ _ agent bare-runtime')).toMatchObject({
    needs: ['agent', 'runtime'],
    isBare: true,
  });
  expect(parseBootLine('SORTIE-BOOT need Linux x86_64 _ _ agent')).toMatchObject({
    libc: '',
    freeKib: null,
    needs: ['agent'],
  });
});

test('a line of noise is none of ours', () => {
  expect(parseBootLine('Welcome to SORTIE-BOOT need')).toBeUndefined();
  expect(parseBootLine('SORTIE-BOOT dance')).toBeUndefined();
});

test.each([
  ['home-not-writable', '/h', /cannot write to \/h/, /'home:'/],
  ['no-space', '/h', /no space left in \/h/, /'home:'/],
  ['noexec-home', '/h o', /from \/h o \(mounted noexec\)/, /'home:'.*install Node 20/],
  ['checksum', 'node', /node that arrived is not what was sent/, /Try again/],
  ['no-checksum-program', '', /sha256sum, shasum and openssl/, /coreutils/],
  [
    'runtime-unusable',
    "/h node: /lib64/libc.so.6: version `GLIBC_2.28' not found",
    /needs glibc 2\.28/,
    /Node 20/,
  ],
  ['runtime-unusable', '/h node: not found', /not glibc/, /Node 20/],
  [
    'runtime-unusable',
    '/h node: error while loading shared libraries: libstdc++.so.6: cannot open shared object file',
    /lacks libstdc\+\+\.so\.6/,
    /install it/,
  ],
])('%s names the cause and what helps', (code, detail, message, hint) => {
  const error = bootError('gpu-box', code, detail);
  expect(error.message).toMatch(/^gpu-box: /);
  expect(error.message).toMatch(message);
  expect(error.hint).toMatch(hint);
});

test('lines are the same however the stream is cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\r\n]/.test(text))),
      fc.nat(7),
      async (texts, size) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size + 1) chunks.push(bytes.subarray(at, at + size + 1));
        expect(await linesOf(chunks)).toEqual(texts.map((text) => text.trimEnd()));
      },
    ),
  );
});

test('endless noise, with or without lines, is an error', async () => {
  const flood = [...Array(300).keys()].map(() => Buffer.alloc(1024, 'x'));
  await expect(linesOf(flood)).rejects.toMatchObject({ code: 'rc-noise' });
});

test('nothing that a terminal would act on is left in what a host said', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0x2ff)), (codes) => {
      expect(neutralised(String.fromCodePoint(...codes))).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/,
      );
    }),
  );
  expect(neutralised('x'.repeat(1000)).length).toBeLessThan(410);
});

test('a quoted word holds no quote that would end it', () => {
  expect(quote("it's")).toBe(String.raw`'it'\''s'`);
});
