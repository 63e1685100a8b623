import { shortestFloat32 } from '#controller/runs';

/** How quantities are written. Units stand after a space; nothing is rounded to look finished. */

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes with three digits that mean something: `999 B`, `1.25 MB`. Powers of 1000, as df -H. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : threeDigits(value)} ${BYTE_UNITS[unit]}`;
}

/** A stretch of time on the clock of a run: `4:12`, `1:20:05`, `2 d 3 h`. Milliseconds in. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) return `${days} d ${hours} h`;
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A time that is only roughly known: `14 s`, `5 m`, `1 h 52 m`, `3 d`. Milliseconds in. */
export function formatRough(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} m`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** The time of day here, to the second. */
export function formatClock(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** A scalar as it was written, which is a 32-bit float where it is recorded; with fewer digits where it has no more than `width` columns. */
export function formatScalar(value: number, width = Number.POSITIVE_INFINITY): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  const short = shortestFloat32(value);
  let text = spelled(short);
  for (let digits = 8; digits > 0 && text.length > width; digits -= 1)
    text = spelled(Number(short.toPrecision(digits)));
  return text;
}

function spelled(value: number): string {
  const magnitude = Math.abs(value);
  return magnitude < 1e-4 || magnitude >= 1e7 ? value.toExponential() : String(value);
}

/** MiB as GPU tools give it, in GiB: 80 GiB devices are called so. */
export function formatMemory(mebibytes: number): string {
  const gibibytes = mebibytes / 1024;
  return `${gibibytes >= 9.95 ? gibibytes.toFixed(0) : gibibytes.toFixed(1)} GiB`;
}

/** A fraction from 0 to 1 as `81 %`; 100 only when it is all. */
export function formatPercent(fraction: number): string {
  const percent = Math.floor(Math.min(1, Math.max(0, fraction)) * 100 + 1e-9);
  return `${percent} %`;
}

function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
