/**
 * Python's `float(text)`: surrounding space, a sign, `inf`, `infinity` and `nan` in any case, and single underscores between
 * digits. Null for what Python refuses.
 */
export function pythonFloat(text: string): number | null {
  const trimmed = text.trim();
  const special = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(trimmed);
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return Number.NaN;
    return special[1] === '-' ? -Infinity : Infinity;
  }
  const digits = String.raw`\d+(?:_\d+)*`;
  const number = new RegExp(`^[+-]?(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:[eE][+-]?${digits})?$`);
  return number.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : null;
}
