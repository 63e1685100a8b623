import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What `jupyter nbconvert` does with a notebook of plain Python: executes its cells in one namespace, or makes a page of it. */
const JUPYTER = `
import contextlib, io, json, sys, traceback
words, name = sys.argv[1:], sys.argv[-1]
assert words[0] == "nbconvert"
with open(name) as file:
    notebook = json.load(file)
if "html" in words:
    with open(name.replace(".ipynb", ".html"), "w") as page:
        page.write("<pre>" + ("" if "--no-input" in words else json.dumps(notebook["cells"])) + "</pre>")
    sys.exit()
assert "--execute" in words and "--inplace" in words
names = {"__name__": "__main__"}
for number, cell in enumerate(notebook["cells"], 1):
    if cell["cell_type"] == "code":
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                exec("".join(cell["source"]), names)
        except Exception:
            traceback.print_exc()
            sys.exit(1)
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": said.getvalue().splitlines(True)}]
        cell["execution_count"] = number
with open(name, "w") as file:
    json.dump(notebook, file)
`;

/**
 * A PATH whose Python has no package at all, nbconvert among them, and with or without a program \`jupyter\` that executes notebooks: tests
 * are then the same on machines that have nbconvert and on those that don't.
 */
export function pathWithPython(bin: string, { jupyter }: { readonly jupyter: boolean }): string {
  mkdirSync(bin, { recursive: true });
  const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  }).trim();
  writeFileSync(join(bin, 'python3'), `#!/bin/sh\nexec '${python}' -S "$@"\n`, { mode: 0o755 });
  if (jupyter) writeFileSync(join(bin, 'jupyter'), `#!${python}\n${JUPYTER}`, { mode: 0o755 });
  return [bin, process.env['PATH']].join(delimiter);
}

/** A notebook of these code cells, as Jupyter saves it. */
export function notebookText(cells: readonly string[]): string {
  return JSON.stringify({
    cells: cells.map((source) => ({
      cell_type: 'code',
      execution_count: null,
      metadata: {},
      outputs: [],
      source: source.split(/(?<=\n)/),
    })),
    metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
    nbformat: 4,
    nbformat_minor: 5,
  });
}
