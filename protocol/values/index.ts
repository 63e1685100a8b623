/** Flag and attribute values: Python's types, Guild's ways of writing and reading them, PyYAML's files. */
export { decodeValue } from './decode.ts';
export { encodeValue, type EncodeOptions } from './encode.ts';
export { parsePythonFloat, parsePythonInt, floatRepr, pythonStrip } from './python-number.ts';
export { compareText, isList, isMap, PyDate, sameValue, type Value, type ValueMap } from './value.ts';
export { dumpYaml } from './yaml-dump.ts';
export { loadYaml, scalar as yamlScalar } from './yaml-load.ts';
export { NodeReader, yamlDocument } from './yaml-nodes.ts';
