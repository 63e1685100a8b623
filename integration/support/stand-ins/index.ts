/** Puts stand-ins for what is not installed on every test's PATH. */
import { delimiter } from 'node:path';
import { findProgram } from '../programs.ts';

if (findProgram('ssh') === undefined)
  process.env['PATH'] = [import.meta.dirname, process.env['PATH']].join(delimiter);
