import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '#protocol';
import type { Context } from './context.ts';

/** The user's editor on a text, and what the text is then. VISUAL goes before EDITOR, as everywhere; both may have arguments. */
export function editText(text: string, { env, cwd }: Context, fileName: string): string {
  const editor = env['VISUAL'] || env['EDITOR'] || 'vi';
  const dir = mkdtempSync(join(tmpdir(), 'sortie-edit-'));
  const file = join(dir, fileName);
  try {
    writeFileSync(file, text, { mode: 0o600 });
    const { status, error } = spawnSync('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], {
      stdio: 'inherit',
      cwd,
      env,
    });
    if (error !== undefined || status !== 0) {
      throw new UserError({
        code: 'editor-failed',
        message: `the editor '${editor}' ended with ${error === undefined ? `status ${status ?? 'of a signal'}` : error.message}`,
        hint: 'Set VISUAL or EDITOR to another editor.',
      });
    }
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A comment typed in the editor, without the lines that begin with `#`. Errors: `empty-comment`, `editor-failed`. */
export function editComment(about: string, initial: string, context: Context): string {
  const template = `${initial}\n# Type a comment for ${about}. Lines that begin with '#' are left out; an empty comment aborts.\n`;
  const text = withoutRemarks(editText(template, context, 'COMMENT')).trim();
  if (text !== '') return text;
  throw new UserError({ code: 'empty-comment', message: 'Aborting due to an empty comment.' });
}

export function withoutRemarks(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
}
