import { usageError, yamlDocument, type UserError } from '#protocol';
import { isMap, isScalar, LineCounter, type Document, type Node } from 'yaml';

/** A YAML file that knows where each of its values stands. */
export class YamlSource {
  readonly file: string;
  readonly #document: Document.Parsed;
  readonly #lines = new LineCounter();

  /** Throws `config-invalid` with file, line and column where the text is no YAML. */
  constructor(text: string, file: string) {
    this.file = file;
    this.#document = orInvalid(file, () =>
      yamlDocument(text, { lineCounter: this.#lines, prettyErrors: false }),
    );
    const [error] = this.#document.errors;
    if (error) throw invalid(this.#at(error.pos[0]), error.message);
  }

  value(): unknown {
    // Aliases that stand for too much are refused by it.
    return orInvalid(this.file, () => this.#document.toJS() as unknown);
  }

  /** `config.yml:12:5`: where the value at `path` is, or the nearest thing around it that is there. */
  place(path: readonly (string | number)[]): string {
    for (let length = path.length; length > 0; length -= 1) {
      const node = this.#document.getIn(path.slice(0, length), true) as Node | undefined;
      if (node?.range) return this.#at(node.range[0]);
    }
    return this.#at(0);
  }

  /** Where the key at the end of `path` is written. */
  keyPlace(path: readonly string[]): string {
    const parent: unknown = this.#document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1))
      : undefined;
    const range = isScalar(pair?.key) ? pair.key.range : undefined;
    return range ? this.#at(range[0]) : this.place(path);
  }

  error(path: readonly (string | number)[], message: string): UserError {
    return invalid(this.place(path), message);
  }

  #at(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.file}:${line}:${col}`;
  }
}

function orInvalid<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : String(error));
  }
}

function invalid(place: string, message: string): UserError {
  return usageError({
    code: 'config-invalid',
    message: `${place}: ${message}`,
    hint: 'Fix the file, or name another one with GUILD_CONFIG.',
  });
}
