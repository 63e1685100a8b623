/** What a piece of text means; the colour follows from it. Nothing is said by colour alone. */
export type Role = 'plain' | 'strong' | 'quiet' | 'good' | 'bad' | 'busy' | 'warn' | 'accent' | 'selected';

export type Paint = (role: Role, text: string) => string;

/**
 * The terminal's own 16 colours, which its theme keeps legible on light and dark; neither black nor white is named. Weight and inverse are no colours and stay
 * under NO_COLOR.
 */
const COLOURS: Readonly<Record<Role, readonly [on: number, off: number] | null>> = {
  plain: null,
  strong: [1, 22],
  quiet: [2, 22],
  good: [32, 39],
  bad: [31, 39],
  busy: [36, 39],
  warn: [33, 39],
  accent: [35, 39],
  selected: [7, 27],
};

const WITHOUT_COLOUR: ReadonlySet<Role> = new Set(['strong', 'quiet', 'selected']);

export function painter({ colour }: { readonly colour: boolean }): Paint {
  return (role, text) => {
    const codes = COLOURS[role];
    if (codes === null || text === '' || (!colour && !WITHOUT_COLOUR.has(role))) return text;
    return `\x1b[${codes[0]}m${text}\x1b[${codes[1]}m`;
  };
}
