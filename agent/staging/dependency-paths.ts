import { dumpYaml, isList, isMap, loadYaml, type Input, type ManifestLine, type Value } from '#protocol';

/** What one input laid into the run directory. */
export interface Laid {
  readonly input: Input;
  readonly lines: readonly ManifestLine[];
}

/** The attribute `deps` with the places of what the host itself chose: files of other runs. The text as given where it can't be read. */
export function withPlaces(text: string, laid: readonly Laid[]): string {
  const found = laid.filter(({ input }) => 'dependency' in input && input.dependency !== undefined);
  if (found.length === 0) return text;
  const deps = loadYaml(text);
  if (!isMap(deps)) return text;
  const whole: Record<string, Value> = { ...deps };
  for (const { input, lines } of found) {
    const { resource, source } = ('dependency' in input ? input.dependency : undefined) ?? {
      resource: '',
      source: '',
    };
    const sources = whole[resource];
    const own = isMap(sources) ? sources[source] : undefined;
    if (!isMap(sources) || !isMap(own)) continue;
    const paths = [...(isList(own['paths']) ? own['paths'] : []), ...lines.map(({ path }) => path)];
    whole[resource] = { ...sources, [source]: { ...own, paths } };
  }
  return dumpYaml(whole);
}
