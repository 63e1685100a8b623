import { StringDecoder } from 'node:string_decoder';
import { AgentEvent, BEAT_MS } from '#protocol';
import { badAnswer, readAnswer } from './bad-answer.ts';
import type { Answer } from './answer.ts';
import type { Connection } from './connection.ts';
import { Cuts } from './cuts.ts';
import { eventPlace, nextPlace, queryOf, type EventPlace } from './event-place.ts';
import type { Link } from './link.ts';
import { ToldRuns } from './told-runs.ts';
import { AnswerCut, LinkDied } from './wire-errors.ts';

/** Three beats missed: the link is dead, or the agent is. */
const SILENCE_MS = 3 * BEAT_MS;
/** A line of events may be this long: one run with all its scalars. Characters. */
const MAX_LINE = 4 << 20;

/**
 * The agent's events over all links to come. Where a link was lost, the next one continues after the last event seen, or begins with
 * a snapshot where the agent can't. An event missing in between makes it begin anew, so that no reader ever acts on a gap.
 */
export async function* resumedEvents(
  link: Link,
  signal?: AbortSignal,
): AsyncGenerator<AgentEvent, void, void> {
  let place: EventPlace = eventPlace;
  const cuts = new Cuts();
  const told = new ToldRuns(link.name);
  for (;;) {
    let on: Connection | undefined;
    const answer = await link.retrying(signal, async (connection) => {
      on = connection;
      return connection.call({ method: 'GET', path: `/events${queryOf(place)}`, signal });
    });
    let brought = 0;
    try {
      for await (const line of lines(answer)) {
        const event = readAnswer(AgentEvent, line, { host: answer.host, what: 'GET /events' });
        told.note(event, line.length);
        const next = nextPlace(place, event);
        if (next.kind === 'gap') {
          place = eventPlace;
          throw new AnswerCut('an event is missing in between');
        }
        brought += line.length;
        cuts.brought(brought);
        place = next;
        yield event;
      }
    } catch (error) {
      if (error instanceof AnswerCut) await link.afterCut(cuts.another(on), error, signal);
      else if (!(error instanceof LinkDied)) throw error;
    } finally {
      answer.cancel();
    }
  }
}

/** Lines as they come. Throws AnswerCut when the agent ends them, which it never does by itself. */
async function* lines(answer: Answer): AsyncGenerator<string, void, void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of unlessSilent(answer)) {
    const parts = (rest + decoder.write(chunk)).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > MAX_LINE)
      throw badAnswer(answer.host, 'GET /events', `an event is longer than ${MAX_LINE} characters`);
    yield* parts;
  }
  throw new AnswerCut('the stream of events ended');
}

/** The answer's chunks; a wait for the next one that lasts three beats condemns the link. Time that the reader takes doesn't count. */
async function* unlessSilent(answer: Answer): AsyncGenerator<Buffer, void, void> {
  const chunks = answer.chunks();
  for (;;) {
    const silence = setTimeout(
      () => answer.condemn(`no event and no beat for ${SILENCE_MS / 1000} s`),
      SILENCE_MS,
    );
    const next = await chunks.next().finally(() => clearTimeout(silence));
    if (next.done) return;
    yield next.value;
  }
}
