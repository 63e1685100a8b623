import * as v from 'valibot';
import { RunId, Sha256 } from './ids.ts';
import { Select } from './select.ts';
import { Rename } from './rename.ts';

const Text = v.string();
/** The resource and the source of it, in the attribute `deps`, whose paths the host adds: it alone knows what of another run it laid where. */
const DependencySource = v.strictObject({ resource: Text, source: Text });
const AttributeName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'Expected an attribute name'),
);

/** Which devices a run may see. `count` books that many of those allowed; `all` books every device allowed. */
export const GpuRequest = v.variant('kind', [
  v.strictObject({ kind: v.literal('none') }),
  v.strictObject({ kind: v.literal('all'), devices: v.nullable(v.array(Text)) }),
  v.strictObject({
    kind: v.literal('count'),
    count: v.pipe(v.number(), v.integer(), v.minValue(1)),
    devices: v.nullable(v.array(Text)),
  }),
]);
export type GpuRequest = v.InferOutput<typeof GpuRequest>;

/** What a run directory is built from, besides its attributes. All paths are relative to the run directory. */
export const Input = v.variant('kind', [
  /** The files of a manifest, laid at `at` ('.' is the run directory itself). Source goes into Guild's manifest as `s`, dependencies as `d`. */
  v.strictObject({
    kind: v.literal('tree'),
    tree: Sha256,
    at: Text,
    role: v.picklist(['source', 'dependency']),
    replace: v.boolean(),
    dependency: v.optional(DependencySource),
  }),
  /** Something already on the host: copied or linked from an absolute path to `at`. */
  v.strictObject({ kind: v.literal('path'), path: Text, at: Text, how: v.picklist(['copy', 'link']) }),
  /** Files of another run on that host, linked at `at`; `select` are regular expressions on its paths, none means what it generated. */
  v.strictObject({
    ...Select.entries,
    kind: v.literal('run'),
    run: RunId,
    at: Text,
    rename: v.optional(v.array(Rename)),
    /** Copied, where the run may write to them; linked otherwise. */
    how: v.optional(v.picklist(['copy', 'link'])),
    dependency: v.optional(DependencySource),
  }),
  /** The files of another run's source, copied: what a prototype gives. */
  v.strictObject({ kind: v.literal('source-of'), run: RunId }),
]);
export type Input = v.InferOutput<typeof Input>;

/** One rule that finds scalars or attributes in output; section 11 of the behaviour page. `key` names the value of a pattern with one group. */
export const ScalarRule = v.strictObject({ key: v.nullable(Text), pattern: Text });
export type ScalarRule = v.InferOutput<typeof ScalarRule>;

/** Where the process's environment comes from. */
export const Environment = v.strictObject({
  /** `caller`: `variables` are the whole environment. `host`: they are laid over the host's own. */
  base: v.picklist(['caller', 'host']),
  variables: v.record(v.string(), v.string()),
  /** Names whose values are never written to disk in an attribute. */
  secrets: v.array(Text),
  /** A Python virtual environment on the host whose bin/ comes first on PATH. */
  venv: v.optional(Text),
  /** A conda environment's path on the host. */
  conda: v.optional(Text),
  /** Shell lines of the user's config, run by sh before the program. */
  init: v.optional(Text),
});
export type Environment = v.InferOutput<typeof Environment>;

/** Everything an agent needs to stage and start one run: plain, serialisable, complete. Made by the planner, never by hand. */
export const RunSpec = v.strictObject({
  version: v.literal(1),
  id: RunId,
  /** 1 for a new run; a restart is the same id with the next number. */
  attempt: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** The text of `.guild/opref`. */
  opref: Text,
  /** YAML text of each attribute that is known when planned, by name; written as given. The agent adds started, stopped, exit_status, env, platform, host, user. */
  attrs: v.record(AttributeName, Text),
  /** argv. Element 0 is looked up on the run's PATH, never through a shell. `${python_exe}` in an element becomes the interpreter found on the host. */
  command: v.pipe(v.array(Text), v.minLength(1)),
  /** Present when the command needs Python. `requires` is a PEP 440 range such as `>=3.9`; `executable` overrides the search; `packages`: what is installed is recorded. */
  python: v.nullable(
    v.strictObject({
      requires: v.optional(Text),
      executable: v.optional(Text),
      packages: v.optional(v.boolean()),
    }),
  ),
  /** Installs the agent's Python wrapper in the run's environment and says how flags reach the script. */
  environment: Environment,
  inputs: v.array(Input),
  /** null: the default rule `key: value`. An empty list: none. */
  outputScalars: v.nullable(v.array(ScalarRule)),
  /** The same for attributes, `key: word`; left out is null. */
  outputAttrs: v.optional(v.nullable(v.array(ScalarRule))),
  gpus: GpuRequest,
  /** Minutes after the start at which the run is stopped. */
  stopAfterMinutes: v.nullable(v.pipe(v.number(), v.minValue(0))),
  /** The batch that generated this trial, and its place there from 0. A trial takes a slot; a single run takes only its GPUs. */
  batch: v.nullable(v.strictObject({ id: RunId, index: v.pipe(v.number(), v.integer(), v.minValue(0)) })),
  /** Trials at a time on that host, as its configuration or `--jobs` says; left out, as many as it has devices, else one. */
  slots: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** Rises each time a trial is handed to a host anew, after one gave it back unstarted: what was given back by then is refused when it is sent again. */
  lease: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** Higher goes first among waiting runs; 0 is usual. */
  priority: v.number(),
  /** Remove the run once it completed (Guild's delete-on-success). */
  deleteOnSuccess: v.boolean(),
});
export type RunSpec = v.InferOutput<typeof RunSpec>;

/** The token in a command that stands for the host's Python interpreter. */
export const PYTHON_EXE = '${python_exe}';
/** The token in a command, environment value or input path that stands for the agent's Python wrapper module's folder on the host. */
export const AGENT_PYTHON = '${sortie_python}';
/** The token in a command for the Node that the agent runs on. */
export const NODE_EXE = '${sortie_node}';
/** The token in a command for the agent's own file, by which a coordinator reaches the agent of its host. */
export const AGENT_PROGRAM = '${sortie_agent}';
