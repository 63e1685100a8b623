const ELLIPSIS = '…';

/** Takes folders out of the middle of a path until it has fewer than `length` characters; its last part always stays. */
export function shortenPath(path: string, length: number): string {
  if (path.length <= length) return path;
  const [first = '', ...rest] = path.replace(/^\//, '').split('/').filter(Boolean);
  const parts = [path.startsWith('/') ? `/${first}` : first, ...rest];
  const last = parts.pop();
  if (last === undefined || parts.length === 0) return path;
  const left: string[] = [];
  const right = [last];
  const size = (side: readonly string[]) => side.reduce((sum, part) => sum + part.length + 1, 0);
  for (let fromRight = false; parts.length > 0; fromRight = !fromRight) {
    const part = (fromRight ? parts.pop() : parts.shift()) ?? '';
    if (size(left) + size(right) + part.length + ELLIPSIS.length >= length) break;
    if (fromRight) right.unshift(part);
    else left.push(part);
  }
  const shortened = [left.join('/'), ELLIPSIS, right.join('/')].join('/');
  return shortened.length >= path.length ? path : shortened;
}
