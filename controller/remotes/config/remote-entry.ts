import * as v from 'valibot';

/** YAML reads `user: 1234` as a number; whoever wrote it meant the text. */
const Text = v.pipe(
  v.union([v.string(), v.number()], 'Expected text'),
  v.transform(String),
  v.nonEmpty('Expected text, got nothing'),
);
const Port = v.pipe(
  v.number('Expected a port number'),
  v.integer('Expected a port number'),
  v.minValue(1, 'Expected a port from 1 to 65535'),
  v.maxValue(65535, 'Expected a port from 1 to 65535'),
);
/** Kept as `--gpus` takes them: `0,1`. */
const Devices = v.union([
  Text,
  v.pipe(
    v.array(Text),
    v.transform((devices) => devices.join(',')),
  ),
]);
const Names = v.union(
  [
    v.pipe(
      v.string(),
      v.transform((text) => text.split(',').map((name) => name.trim())),
    ),
    v.array(Text),
  ],
  'Expected a list of remotes',
);

/**
 * An entry of `remotes:` in config.yml. The first block of keys is Guild's (https://my.guild.ai/t/remotes-reference/172), the second
 * ours. A key's other spelling is listed with it.
 */
export const RemoteEntry = v.object({
  type: v.optional(Text),
  description: v.optional(Text),
  extends: v.optional(Names),
  host: v.optional(Text),
  port: v.optional(Port),
  user: v.optional(Text),
  'private-key': v.optional(Text),
  /** Seconds. */
  'connect-timeout': v.optional(
    v.pipe(v.number('Expected seconds'), v.minValue(1, 'Expected at least 1 second')),
  ),
  proxy: v.optional(Text),
  'venv-path': v.optional(Text),
  'guild-env': v.optional(Text),
  'conda-env': v.optional(Text),
  'venv-activate': v.optional(Text),
  'guild-home': v.optional(Text),
  init: v.optional(Text),
  'use-prerelease': v.optional(v.boolean()),

  home: v.optional(Text),
  hosts: v.optional(Names),
  transport: v.optional(v.picklist(['ssh2', 'openssh'], 'Expected ssh2 or openssh')),
  'host-key': v.optional(v.picklist(['ask', 'accept-new', 'refuse'], 'Expected ask, accept-new or refuse')),
  slots: v.optional(
    v.pipe(v.number('Expected a number of slots'), v.integer(), v.minValue(1, 'Expected at least 1 slot')),
  ),
  gpus: v.optional(Devices),
  'default-gpus': v.optional(
    v.union(
      [v.literal('all'), v.pipe(v.number(), v.integer(), v.minValue(1))],
      "Expected a number of GPUs from 1, or 'all'",
    ),
  ),
  python: v.optional(Text),
});
export type RemoteEntry = v.InferOutput<typeof RemoteEntry>;

export const REMOTE_KEYS: ReadonlySet<string> = new Set(Object.keys(RemoteEntry.entries));
