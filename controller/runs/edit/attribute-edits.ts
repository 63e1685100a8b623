import { dumpYaml, isList, usageError, type Value } from '#protocol';
import { attributeOf, flagsOf, labelOf, tagsOf, textOf, type Run } from '../read/run.ts';

/** New attributes as the text of their files; null removes one. What `Host.patchAttrs` takes too. */
export type AttributePatch = Readonly<Record<string, string | null>>;

/** What `label` does. `${name}` in a text is the value of that flag, `${label}` the label so far. */
export type LabelEdit =
  | { readonly kind: 'set' | 'prepend' | 'append' | 'remove'; readonly text: string }
  | { readonly kind: 'clear' };

export function editLabel(run: Run, edit: LabelEdit): AttributePatch {
  const before = labelOf(run);
  switch (edit.kind) {
    case 'clear':
      return { label: null };
    case 'set':
      return labelPatch(fill(edit.text, run));
    case 'prepend':
      return labelPatch(`${fill(edit.text, run)} ${before}`);
    case 'append':
      return labelPatch(`${before} ${fill(edit.text, run)}`);
    case 'remove':
      return labelPatch(
        before
          .split(/\s+/)
          .filter((part) => part !== edit.text)
          .join(' '),
      );
  }
}

/** What `tag` does: `sync` also keeps the label in step, as `tag --sync-labels` does. */
export interface TagEdit {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly clear?: boolean;
  readonly sync?: boolean;
}

export function editTags(
  run: Run,
  { add = [], remove = [], clear = false, sync = false }: TagEdit,
): AttributePatch {
  const before = tagsOf(run);
  const gone = clear ? [...before, ...remove] : remove;
  const tags = [...new Set([...(clear ? [] : before), ...add])].filter(
    (tag) => add.includes(tag) || !gone.includes(tag),
  );
  const patch = { tags: tags.length === 0 ? null : dumpYaml(tags) };
  if (!sync) return patch;
  const words = labelOf(run)
    .split(/\s+/)
    .filter((word) => word !== '' && !gone.includes(word));
  return { ...patch, ...labelPatch([...add.filter((tag) => !words.includes(tag)), ...words].join(' ')) };
}

export function editMark(marked: boolean): AttributePatch {
  return { marked: marked ? dumpYaml(true) : null };
}

/** A comment as Guild keeps it. `time` in µs. */
export interface Comment {
  readonly user: string;
  readonly host: string;
  readonly body: string;
  readonly time: number;
}

export function commentsOf(run: Run): readonly Value[] {
  const comments = attributeOf(run, 'comments');
  return isList(comments) ? comments : [];
}

export function addComment(before: readonly Value[], { user, host, body, time }: Comment): AttributePatch {
  return { comments: dumpYaml([...before, { user, host, body, time: BigInt(time) }]) };
}

/** `index` from 1, as comments are listed. Throws a usage error for one that isn't there. */
export function removeComment(before: readonly Value[], index: number): AttributePatch {
  if (!Number.isInteger(index) || index < 1 || index > before.length) {
    throw usageError({
      code: 'no-such-comment',
      message: `could not find comment at index ${index}`,
      hint: "Use 'sortie comment --list' for the indexes.",
    });
  }
  const left = before.filter((_, i) => i !== index - 1);
  return { comments: left.length === 0 ? null : dumpYaml(left) };
}

function labelPatch(text: string): AttributePatch {
  const label = text.trim();
  return { label: label === '' ? null : dumpYaml(label) };
}

function fill(template: string, run: Run): string {
  const flags = flagsOf(run);
  return template
    .replace(/\$\{([^}]+)\}/g, (_all, name: string) => {
      if (name === 'label') return labelOf(run);
      const value = flags[name];
      return textOf(value);
    })
    .trim();
}
