/** The keys that came in one piece, by name: several do over a slow link. `input` and `key` are what Ink tells of them. */
export function chordsOf(input: string, key: Readonly<Record<string, unknown>>): readonly string[] {
  const isNamed = NAMED.some(([name]) => key[name] === true);
  // Escape and the key after it look like Alt and that key when they come in one piece; Alt means nothing here.
  if (key['meta'] === true && !isNamed && input !== '')
    return ['escape', ...chordsOf(input, { ...key, meta: false })];
  const isPlain = key['ctrl'] !== true && key['meta'] !== true;
  return isPlain && input.length > 1
    ? Array.from(input, (piece) => chordOf(piece, {}))
    : [chordOf(input, key)];
}

function chordOf(input: string, key: Readonly<Record<string, unknown>>): string {
  for (const [name, chord] of NAMED) if (key[name] === true) return chord;
  if (key['ctrl'] === true) return `ctrl+${input}`;
  const control = CONTROLS[input];
  if (control !== undefined) return control;
  return input < ' ' && input !== ''
    ? `ctrl+${String.fromCodePoint((input.codePointAt(0) ?? 0) + 0x60)}`
    : input;
}

const CONTROLS: Readonly<Record<string, string>> = {
  ' ': 'space',
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  '\x1b': 'escape',
  '\x7f': 'backspace',
};

const NAMED: readonly (readonly [string, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'return'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
];
