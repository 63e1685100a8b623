import type { RunOptions } from '../request.ts';

/** The label template that the command line asks for; null leaves it to the operation. Tags given without a label come before the default one. */
export function labelTemplate(
  { label, tag }: Pick<RunOptions, 'label' | 'tag'>,
  own: string | null,
): string | null {
  if (label !== undefined) return label;
  if (tag !== undefined && tag.length > 0) return [...tag, own ?? '${default_label}'].join(' ');
  return null;
}
