import { usageError } from '#protocol';

/** Source larger than this, in bytes, is almost surely a mistake: data or checkpoints that no ignore rule names. */
const MOST_SOURCE_BYTES = 512 << 20;
const NAMED = 5;

/** Throws UserError `source-too-big`, naming the biggest files. */
export function guardSize(
  files: readonly { readonly path: string; readonly size: number }[],
  limit = MOST_SOURCE_BYTES,
): void {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= limit) return;
  const biggest = [...files].sort((a, b) => b.size - a.size).slice(0, NAMED);
  const names = biggest.map(({ path, size }) => `${path} (${formatBytes(size)})`).join(', ');
  throw usageError({
    code: 'source-too-big',
    message: `source is ${formatBytes(total)}, over the limit of ${formatBytes(limit)}; the biggest files are ${names}`,
    hint: "Leave data out of the source ('.guildignore', or 'sourcecode: exclude'), and give it with 'requires:' or --dep.",
  });
}

/** Such as `12 MB`: powers of 1000, as disks are sold. */
function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
