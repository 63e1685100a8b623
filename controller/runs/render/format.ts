import { homedir } from 'node:os';
import { relative } from 'node:path';

/** µs since the epoch as `2026-01-31 09:05:00` in local time; nothing for null. */
export function formatTime(micros: number | null): string {
  if (micros === null) return '';
  const date = new Date(micros / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** µs since the epoch as ISO 8601 in UTC, to the millisecond. */
export function isoTime(micros: number): string;
export function isoTime(micros: number | null): string | null;
export function isoTime(micros: number | null): string | null {
  return micros === null ? null : new Date(micros / 1000).toISOString();
}

/** The time between two moments in µs, as `h:mm:ss`; nothing where one is missing. */
export function formatDuration(start: number | null, end: number | null): string {
  if (start === null || end === null) return '';
  const seconds = Math.max(0, Math.floor((end - start) / 1e6));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** So many ms in the largest unit that fits: `45 s`, `3 min`, `2 h`, `5 d`. */
export function formatAge(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** A directory as seen from another: below it, beside it, else with `~`. */
export function formatDirectory(path: string, cwd: string): string {
  const way = relative(cwd, path);
  if (way !== '' && (!way.startsWith('..') || /^\.\.(\/[^/.][^/]*)?$/.test(way)))
    return way === '..' ? '../' : way;
  const home = homedir();
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

/** Text from a run's files as a terminal may show it: on one line, without control characters, those among them that turn text around. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (char) => {
      if (char === '\n') return '\\n';
      const code = char.charCodeAt(0).toString(16);
      return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
    },
  );
}
