import { resolvePlain } from './yaml-scalar.ts';

/** Where a scalar stands: what may be written plainly depends on it. */
export interface ScalarPlace {
  /** Inside `[…]` or `{…}`, where commas and brackets mean something. */
  readonly flow: boolean;
  /** A mapping's key on one line. */
  readonly key: boolean;
}

export type ScalarStyle = 'plain' | 'single' | 'double';

const BREAK = /[\n\x85\u2028\u2029]/;
const EDGE = /^[ \n]|[ \n]$/;
const LEADING_INDICATOR = /^[#,[\]{}&*!|>'"%@`]|^-(?=\s|$)|^---|^\.\.\./;

/**
 * How PyYAML's emitter writes text (with `allow_unicode` off): plainly where it reads back as the same text, in single quotes where
 * line breaks and spaces survive folding, and in double quotes otherwise.
 */
export function scalarStyle(text: string, place: ScalarPlace): ScalarStyle {
  if (text === '') return 'single';
  const special = /[^\n\x20-\x7e]/.test(text);
  const multiline = BREAK.test(text);
  if (!special && !multiline && !EDGE.test(text) && resolvePlain(text) === 'str') {
    if (!hasIndicators(text, place.flow)) return 'plain';
  }
  const folds = /\n /.test(text) || / \n/.test(text);
  return special || folds || (place.key && multiline) ? 'double' : 'single';
}

function hasIndicators(text: string, flow: boolean): boolean {
  if (LEADING_INDICATOR.test(text) || /[ \t]#/.test(text)) return true;
  return flow ? /[,?[\]{}:]/.test(text) : /^[?](?=\s|$)|:(?=\s|$)/.test(text);
}
