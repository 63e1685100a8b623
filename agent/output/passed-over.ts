import { dumpYaml, isList, loadYaml } from '#protocol';
import { join } from 'node:path';
import { readIfThere, runFiles, writeWhole } from '../home/index.ts';

/** The attribute that says what of a run's rules isn't followed: a list of sentences. */
const ATTRIBUTE = 'output_warnings';

/** Notes it for the run's user, once. */
export function notePassedOver(dir: string, words: string): void {
  console.error(`${dir}: ${words}`);
  const path = join(runFiles(dir).attrs, ATTRIBUTE);
  const known = readIfThere(path);
  const said = known === null ? [] : loadYaml(known);
  const before = isList(said) ? said : [];
  if (!before.includes(words)) writeWhole(path, dumpYaml([...before, words]));
}
