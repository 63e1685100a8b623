import { hostname, userInfo } from 'node:os';
import { encodeValue, isMap, shortId } from '#protocol';
import {
  addComment,
  commentsOf,
  formatTime,
  operationName,
  printable,
  removeComment,
  selectOne,
  selectRuns,
} from '#controller/runs';
import type { Invocation, OptionValues } from '../command.ts';
import type { Context } from '../context.ts';
import { editComment } from '../editor.ts';
import { exclusive } from '../exclusive.ts';
import { Fleet } from '../fleet.ts';
import { chosenRuns } from '../runs/filters.ts';
import { editRuns } from './edit-runs.ts';

const attrs = ['comments'];

/** `sortie comment`. */
export async function execute(invocation: Invocation, context: Context): Promise<number> {
  const { options } = invocation;
  const kind = exclusive(options, ['list', 'delete', 'clear', 'add']) ?? 'add';
  switch (kind) {
    case 'list':
      return listComments(invocation, context);
    case 'delete': {
      const index = Number(options['delete']);
      const verb = `delete comment ${index} of`;
      return edit(verb, `Deleted comment for`, (run) => removeComment(commentsOf(run), index));
    }
    case 'clear':
      return edit('delete all comments of', 'Deleted comments for', () => ({ comments: null }));
    case 'add': {
      const typed = typeof options['add'] === 'string' ? options['add'] : '';
      const body =
        typed === '' || options['edit'] === true ? editComment('the runs chosen', typed, context) : typed;
      const added = { ...author(options), body, time: Date.now() * 1000 };
      return edit('add a comment to', 'Added comment to', (run) => addComment(commentsOf(run), added));
    }
  }

  async function edit(verb: string, done: string, patchOf: Parameters<typeof editRuns>[0]['patchOf']) {
    return editRuns({ verb, attrs, patchOf, done: (count) => `${done} ${count}` }, invocation, context);
  }
}

function author({ user }: OptionValues): { readonly user: string; readonly host: string } {
  const [, name, host] = /^([^@]*)@(.*)$/.exec(String(user ?? '')) ?? [];
  return {
    user: name ?? (typeof user === 'string' ? user : userInfo().username),
    host: host ?? hostname(),
  };
}

/** As Guild lists them: the run, then `[index] user@host time` and the text below. */
async function listComments({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const candidates = await chosenRuns(options, { context, fleet, attrs });
  for (const run of words.length === 0 ? [selectOne(candidates)] : selectRuns(candidates, words)) {
    context.stdout.write(`[${shortId(run.id)}] ${printable(operationName(run.opref, run.protoOpref))}\n`);
    const comments = commentsOf(run).filter(isMap);
    if (comments.length === 0) context.stdout.write('\n  <no comments>\n');
    for (const [index, { user, host, time, body }] of comments.entries()) {
      const from = `${text(user)}${text(host) === '' ? '' : `@${text(host)}`}`;
      context.stdout.write(
        `\n  [${index + 1}] ${printable(from)} ${formatTime(time === undefined ? null : Number(time))}\n\n`,
      );
      for (const line of text(body).split('\n')) context.stdout.write(`    ${printable(line)}\n`);
    }
  }
  return 0;
}

function text(value: Parameters<typeof encodeValue>[0] | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : encodeValue(value);
}
