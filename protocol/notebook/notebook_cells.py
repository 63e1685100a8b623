"""What is Python in a notebook, and where its names get their first values. Standard library only; Python 3.8 to 3.14."""

import ast
import re

# IPython's own lines: magics, shell commands, and questions about a name. They may stand in any block.
NOT_PYTHON = re.compile(r"(\s*)(?:[%!?].*|[\w.,* \[\]]+=\s*[%!].*|\S.*\?)\s*\Z")
# Of the magics that take a whole cell, those that run it as it stands.
RUNS_AS_IT_STANDS = ("%%time", "%%capture", "%%prun")


def code_cells(notebook):
    """The cells of code, in order. A cell's source is text, or a list of lines."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    return [cell for cell in cells or [] if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def source_of(cell):
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def parsed(source):
    """The cell's tree, its lines where they are in the source; None for what isn't Python."""
    first = source.split(None, 1)[0] if source.strip() else ""
    if first.startswith("%%") and first not in RUNS_AS_IT_STANDS:
        return None
    for text in (source, without_magics(source)):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return None


def without_magics(source):
    lines, goes_on = [], False
    for line in source.split("\n"):
        match = NOT_PYTHON.match(line)
        if goes_on or match:
            goes_on = line.rstrip().endswith("\\")
            line = (match.group(1) if match else "") + "pass"
        lines.append(line)
    return "\n".join(lines)


def is_literal(node):
    """As Guild takes it for a flag: no names, no arithmetic, no tuples."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = getattr(node.operand, "value", None)
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(node, ast.List):
        return all(is_literal(item) for item in node.elts)
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, (bool, int, float, str)))


def first_values(trees):
    """By name: the tree's number and the statement that first gives it a literal, at the top of a cell. Of `a = b = 1`, b."""
    found = {}
    for number, tree in enumerate(trees):
        for node in tree.body if tree is not None else []:
            if isinstance(node, ast.Assign):
                target = node.targets[-1]
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                target = node.target
            else:
                continue
            if isinstance(target, ast.Name) and is_literal(node.value):
                found.setdefault(target.id, (number, node))
    return found


def replaced_span(match):
    """What a pattern of `nb-replace` stands for: its groups, or all that it matches."""
    groups = [span for span in match.regs[1:] if span != (-1, -1)]
    return groups or [match.regs[0]]
