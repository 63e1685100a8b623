import { readIfThere } from '../home/index.ts';

/** One mount of /proc/self/mountinfo (proc(5)): where, and with which options of that mount. */
interface Mount {
  readonly point: string;
  readonly options: readonly string[];
}

function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, , , , point, options] = line.split(' ');
    return point === undefined || options === undefined
      ? []
      : [{ point: unescape(point), options: options.split(',') }];
  });
}

/** Whether programs may not be run from a path. The longest mount point above it counts, and of equal ones the last. */
export function isNoexec(path: string, mounts: readonly Mount[]): boolean {
  const above = mounts.filter(({ point }) => point === '/' || path === point || path.startsWith(`${point}/`));
  const longest = Math.max(0, ...above.map(({ point }) => point.length));
  return above.findLast(({ point }) => point.length === longest)?.options.includes('noexec') ?? false;
}

/** Whether programs may not be run from a path on this host; false where that can't be told. */
export function forbidsPrograms(path: string): boolean {
  return isNoexec(path, parseMounts(readIfThere('/proc/self/mountinfo') ?? ''));
}
