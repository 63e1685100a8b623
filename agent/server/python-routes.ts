import * as v from 'valibot';
import { homedir } from 'node:os';
import { join } from 'node:path';
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

function expandTilde(path: string | undefined): string | undefined {
  return path?.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

export function pythonRoutes(environment: Readonly<Record<string, string>>): Routes {
  return {
    'POST /python': async (request) => {
      const { venv, conda, ...query } = await jsonBody(request, PythonBody);
      const place = { environment, signal: request.signal };
      const paths = { venv: expandTilde(venv), conda: expandTilde(conda) };
      json(request.stream, await findPython({ ...query, ...paths }, place));
    },
  };
}
