"""Runs a notebook: a copy in the run directory, with flags in the place of what its cells assign, is executed, and made a page beside it.

    op_notebook.py NOTEBOOK [--html-no-input] [--no-exec] [--nb-replace=NAME=PATTERN ...] -- [--NAME VALUE ...]

Standard library only, Python 3.8 to 3.14, but for nbconvert, which executes it.
"""

import os
import sys

# The project's modules are for its cells: a `code.py` of theirs is not what is needed here.
RUN_DIR = os.getcwd()
sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != RUN_DIR]

import json
import re

import notebook_cells
import op_execute
import op_flags


def options(words):
    """(notebook, named options, patterns by flag)."""
    notebook, named, patterns = None, set(), {}
    for word in words:
        if word.startswith("--nb-replace="):
            name, _, pattern = word[len("--nb-replace=") :].partition("=")
            patterns.setdefault(name, []).append(pattern)
        elif word.startswith("--"):
            named.add(word[2:])
        else:
            notebook = notebook or word
    return notebook, named, patterns


def python_text(value):
    """A value as Python would have it in source: floats that have no literal are made."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return "float(%r)" % repr(value)
    if isinstance(value, list):
        return "[%s]" % ", ".join(python_text(item) for item in value)
    return repr(value)


def with_patterns(source, values, patterns):
    for name in sorted(patterns):
        for pattern in patterns[name] if name in values else []:
            try:
                match = re.search(pattern, source, re.MULTILINE)
            except re.error as error:
                sys.exit("nb-replace of %s is no regular expression: %s" % (name, error))
            for start, end in sorted(notebook_cells.replaced_span(match), reverse=True) if match else []:
                source = source[:start] + python_text(values[name]) + source[end:]
    return source


def offset(lines, line, column):
    """The place in a source of a line, from 1, and a column, which the tree counts in bytes."""
    before = sum(len(each) + 1 for each in lines[: line - 1])
    return before + len(lines[line - 1].encode("utf-8")[:column].decode("utf-8"))


def with_values(sources, values):
    """Each flag in the place of the first literal that its name is given."""
    edits = [[] for _ in sources]
    first = notebook_cells.first_values([notebook_cells.parsed(source) for source in sources])
    for name, (number, node) in first.items():
        if name in values:
            lines, value = sources[number].split("\n"), node.value
            start = offset(lines, value.lineno, value.col_offset)
            end = offset(lines, value.end_lineno, value.end_col_offset)
            edits[number].append((start, end, python_text(values[name])))
    for number, found in enumerate(edits):
        for start, end, text in sorted(found, reverse=True):
            sources[number] = sources[number][:start] + text + sources[number][end:]
    return sources


def with_flags(notebook, values, patterns):
    cells = notebook_cells.code_cells(notebook)
    sources = [with_patterns(notebook_cells.source_of(cell), values, patterns) for cell in cells]
    for cell, source in zip(cells, with_values(sources, values)):
        cell["source"] = source.splitlines(True)
    return notebook


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        sys.exit("cannot find notebook '%s': is it left out of the source code?" % path)
    except ValueError as error:
        sys.exit("%s is no notebook: %s" % (path, error))


def write(path, notebook):
    # Never in place: what lies there may be a link to what other runs have too.
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        json.dump(notebook, file, indent=1, ensure_ascii=False)
    os.replace(path + ".tmp", path)


def main(words):
    split = words.index("--") if "--" in words else len(words)
    path, named, patterns = options(words[:split])
    if path is None:
        sys.exit("usage: op_notebook.py NOTEBOOK [--html-no-input] [--no-exec] -- [--NAME VALUE ...]")
    values, _ = op_flags.parse(words[split + 1 :])
    notebook = with_flags(read(path), values, patterns)
    copy = os.path.join(RUN_DIR, os.path.basename(path))
    write(copy, notebook)
    if "no-exec" in named or os.environ.get("NB_NO_EXEC") == "1":
        return
    op_execute.execute(os.path.basename(copy), show_input="html-no-input" not in named)


if __name__ == "__main__":
    main(sys.argv[1:])
