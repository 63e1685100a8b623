import type { Rename, Select } from '#protocol';
import type { Value } from '../value.ts';

interface Common {
  /** The resource that asked for it, and the source within, as the attribute `deps` names them. */
  readonly resource: string;
  readonly source: string;
  readonly uri: string;
  /** Not being there is only a warning. */
  readonly optional: boolean;
}

/** One file, or directory, of this machine, and its place in the run directory. */
export interface PlacedFile {
  /** Absolute, here. */
  readonly path: string;
  readonly at: string;
}

/** A line of shell that is run on this machine before the files are taken, in the folder where they are; once, until they change. */
export interface PostProcess {
  readonly command: string;
  readonly cwd: string;
}

/** What `requires` and `--dep` come to. Places (`at`) are relative to the run directory. */
export type Dependency =
  /** Files and directories of this machine: linked or copied for a run here, sent as a tree to another host. */
  | (Common & {
      readonly kind: 'files';
      readonly files: readonly PlacedFile[];
      readonly postProcess: PostProcess | null;
      readonly how: 'copy' | 'link';
      readonly replace: boolean;
    })
  /** A file of the network, or an archive: fetched and unpacked before the run starts, then as `files`. */
  | (Common & {
      readonly kind: 'resource';
      readonly from:
        | { readonly kind: 'url'; readonly url: string }
        | { readonly kind: 'file'; readonly path: string };
      /** Of what is fetched, hex. */
      readonly sha256: string | null;
      /** If it's an archive, what it holds is meant. */
      readonly unpack: boolean;
      /** A line of shell; see `PostProcess`. */
      readonly postProcess: string | null;
      readonly placing: Placing;
      readonly emptiness: 'fail' | 'warn' | 'ignore';
      readonly how: 'copy' | 'link';
      readonly replace: boolean;
    })
  /** A file rewritten with flag values, so each trial has its own. */
  | (Common & {
      readonly kind: 'config';
      /** It is where all flags go (`flags-dest: config:FILE`), those too that it does not have yet. */
      readonly takesAll: boolean;
      readonly format: 'yaml' | 'json' | 'ini';
      readonly document: Value;
      readonly params: Value;
      readonly at: string;
    })
  /** What another run made. `run` is null when none was found. */
  | (Common & {
      readonly kind: 'operation';
      readonly operations: readonly string[];
      readonly run: { readonly id: string; readonly host: string } | null;
      readonly at: string;
      readonly chosen: Select;
      readonly rename: readonly Rename[];
      readonly how: 'copy' | 'link';
    })
  | (Common & { readonly kind: 'module'; readonly module: string; readonly help: string | null });

/** Where files go, and which of them. */
export interface Placing extends Select {
  readonly targetPath: string;
  readonly rename: readonly Rename[];
  readonly preservePath: boolean;
}
