import { assertSafePath, UserError } from '#protocol';

/** What the agent itself keeps true in a run directory; nothing that comes from elsewhere may be laid there. */
const OURS =
  /^\.guild(?:$|\/(?:attrs|sortie|output|output\.index|LOCK|PENDING|STAGED|ENV|opref|manifest)(?:$|\/))/;

/** The path of an entry in the run directory. Throws `unsafe-path` for one that would leave it or fake what the agent records. */
export function placeOf(at: string, path: string): string {
  const joined = at === '.' || at === '' ? path : path === '.' ? at : `${at}/${path}`;
  assertSafePath(joined);
  if (OURS.test(joined))
    throw new UserError({
      code: 'unsafe-path',
      message: `refusing to place '${joined}' in a run directory`,
      hint: 'Leave out paths under .guild; only Sortie writes there.',
    });
  return joined;
}
