import type { GpuRequest, ScalarRule } from '#protocol';
import type { BatchPlan } from './batch/batch-plan.ts';
import type { Dependency } from './dependencies/dependency.ts';
import type { OperationData } from './operation.ts';
import type { StepPlan } from './steps/step.ts';
import type { Value } from './value.ts';

/** What controller/source needs to choose the files that make a run's source. */
export interface SourcePlan {
  /** The project's folder, absolute, here; `root` of its `sourcecode` is below it. */
  readonly root: string;
  /** Where it goes, relative to the run directory. */
  readonly dest: string;
  /** The `sourcecode` of the model and of the operation, in that order, as guild.yml has them; undefined where it says nothing. */
  readonly config: readonly (Value | undefined)[];
  readonly isPython: boolean;
  /** Paths relative to the root that are dependencies, and so not source. */
  readonly exclude: readonly string[];
}

/** What will be run, decided: plain data. It says nothing of a host. `toRunSpec` turns it into what an agent takes. */
export interface Plan {
  readonly version: 1;
  readonly kind: 'new' | 'restart' | 'proto';
  /** As the user would type it. */
  readonly opspec: string;
  /** `model:op`, as listings show it. */
  readonly displayName: string;
  readonly opref: string;
  /** The folder of guild.yml, or the one that holds both the script and the working directory. */
  readonly projectDir: string;
  readonly cwd: string;
  readonly flags: ReadonlyMap<string, Value>;
  /** Those that the user named. */
  readonly userFlags: ReadonlyMap<string, Value>;
  readonly operation: OperationData;
  readonly source: SourcePlan | null;
  readonly dependencies: readonly Dependency[];
  /** Variables of the operation's own, whatever its flags: GUILD_OP, PROJECT_DIR and so on. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names whose values are never written down. */
  readonly secrets: readonly string[];
  readonly gpus: GpuRequest;
  /** As typed with `--label`, with tags put before; null: the operation's own template, else the default one. Empty: no label. */
  readonly label: string | null;
  readonly tags: readonly string[];
  readonly comment: string | null;
  /** null: the default rule, of these and of attributes. */
  readonly outputScalars: readonly ScalarRule[] | null;
  readonly outputAttrs: readonly ScalarRule[] | null;
  readonly randomSeed: bigint;
  readonly stopAfterMinutes: number | null;
  readonly deleteOnSuccess: boolean;
  readonly objective: string;
  readonly compare: Value;
  /** `run-attrs` of the operation, for the attribute `opdef_attrs`; null for none. */
  readonly runAttrs: Value;
  readonly runParams: { readonly [name: string]: Value };
  readonly user: string;
  readonly host: string;
  readonly batch: BatchPlan | null;
  readonly steps: readonly StepPlan[] | null;
  /** The run that a restart or a prototype goes by. */
  readonly from: string | null;
  /** Attributes taken over from a prototype, YAML text by name. */
  readonly inheritedAttrs: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}
