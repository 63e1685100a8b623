import { lstatSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

/** More than these are counted, not named: a data set may be a folder of links. */
const MOST_NAMED = 20;

/** The links that lead out of some folders and by which files are reached, so that nothing from elsewhere is taken unsaid. */
export class OutsideLinks {
  readonly #root: string;
  readonly #inside: readonly string[];
  /** By path: what a link, or the folder that it stands for, leads to; null for what stays inside. */
  readonly #known = new Map<string, Link | null>();
  readonly #found = new Set<Link>();

  /** Paths are relative to the root; the other folders are no elsewhere either. All absolute. */
  constructor(root: string, others: readonly string[] = []) {
    this.#root = root;
    this.#inside = [root, ...others].map((folder) => realpathSync(folder));
  }

  /** Notes the link by which a file is reached, if any. */
  note(path: string): void {
    const link = this.#of(path);
    if (link !== null) this.#found.add(link);
  }

  /** A sentence a link: `data -> /etc`, and what it means. */
  get warnings(): readonly string[] {
    const links = [...this.#found];
    const named = links
      .slice(0, MOST_NAMED)
      .map(
        ({ path, target }) =>
          `Link ${path} -> ${target} leads out of ${this.#root}: what it leads to is copied.`,
      );
    const rest = links.length - named.length;
    return rest === 0
      ? named
      : [
          ...named,
          `${rest} more link${rest === 1 ? '' : 's'} out of ${this.#root}: what they lead to is copied.`,
        ];
  }

  #of(path: string): Link | null {
    if (path === '') return null;
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const link = this.#of(path.slice(0, Math.max(0, path.lastIndexOf('/')))) ?? this.#leading(path);
    this.#known.set(path, link);
    return link;
  }

  #leading(path: string): Link | null {
    const full = join(this.#root, path);
    if (lstatSync(full, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return null;
    const target = realpathSync(full);
    const isInside = this.#inside.some(
      (folder) => target === folder || target.startsWith(withSeparator(folder)),
    );
    return isInside ? null : { path, target };
  }
}

interface Link {
  readonly path: string;
  /** Where it leads in the end, absolute. */
  readonly target: string;
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : `${folder}${sep}`;
}
