import { isFinal, RunId, Typed } from '#protocol';
import type { RunRegistry } from '../runs/index.ts';
import { TypedInput } from '../terminal/index.ts';
import { check, jsonBody } from './request.ts';
import { json } from './respond.ts';
import type { Routes } from './router.ts';

/** What is typed for a run that has a terminal. */
export function terminalRoutes(registry: RunRegistry): Routes {
  const typed = new TypedInput();
  return {
    'POST /runs/:id/typed': async (request) => {
      const id = check(request.params[0], RunId);
      const { session, from, base64 } = await jsonBody(request, Typed);
      const dir = registry.dirOf(registry.facts(id).id);
      const ended = () => isFinal(registry.state(id).status);
      try {
        const bytes = Buffer.from(base64, 'base64');
        await typed.type(id, { dir, session, from, bytes, ended, signal: request.signal });
      } finally {
        if (ended()) typed.forget(id);
      }
      json(request.stream, {});
    },
  };
}
