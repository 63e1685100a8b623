import * as v from 'valibot';
import { findPython } from '../interpreter/index.ts';
import { jsonBody } from './request.ts';
import { json } from './respond.ts';
import type { Routes } from './router.ts';

const PythonBody = v.strictObject({
  requires: v.optional(v.string()),
  executable: v.optional(v.string()),
  venv: v.optional(v.string()),
  conda: v.optional(v.string()),
});

export function pythonRoutes(environment: Readonly<Record<string, string>>): Routes {
  return {
    'POST /python': async (request) => {
      const query = await jsonBody(request, PythonBody);
      json(request.stream, await findPython(query, { environment, signal: request.signal }));
    },
  };
}
