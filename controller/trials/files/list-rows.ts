import { isList, isMap, loadYaml, UserError, type Value } from '#protocol';
import { jsonProblem, parseJson } from './json-value.ts';
import { badFile, noRows, type BatchFile, type Row } from './row.ts';

/** The trials of a JSON file: a list of maps from flag to value, or one map. Errors: `bad-batch-file`. */
export function jsonRows(file: BatchFile): readonly Row[] {
  const text = file.text.replace(/^\ufeff/, '');
  try {
    return rowsOf(file.path, parseJson(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw badFile(file.path, jsonProblem(text, error));
    if (error instanceof RangeError) throw badFile(file.path, 'it is nested too deeply');
    throw error;
  }
}

/** The trials of a YAML file, likewise. Errors: `bad-batch-file`. */
export function yamlRows(file: BatchFile): readonly Row[] {
  let value: Value;
  try {
    value = loadYaml(file.text);
  } catch (error) {
    if (error instanceof UserError) throw badFile(file.path, error.message);
    throw error;
  }
  return rowsOf(file.path, value);
}

function rowsOf(path: string, value: Value): readonly Row[] {
  const items = isList(value) ? value : [value];
  if (value === null || items.length === 0) throw noRows(path);
  return items.map((item, index) => {
    const place = `item ${index + 1}`;
    if (!isMap(item))
      throw badFile(path, `${place} is not a map of flag values`, 'It has a list of {flag: value}.');
    return { flags: new Map(Object.entries(item)), place };
  });
}
