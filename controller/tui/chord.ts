/** A key by name, from what Ink tells of it. */
export function chordOf(input: string, key: Readonly<Record<string, unknown>>): string {
  for (const [name, chord] of NAMED) if (key[name] === true) return chord;
  if (key['ctrl'] === true) return `ctrl+${input}`;
  return input === ' ' ? 'space' : input;
}

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
