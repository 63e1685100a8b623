# Reads a Python script's flags from its syntax tree. These files are joined into one program that is sent to an
# interpreter (3.8 or later, standard library only): literals, globals, argparse and click options, then the answer.
import ast
import json
import sys


class NotLiteral(Exception):
    """What stands there can only be known by running the script."""


def encoded(value):
    """A value as JSON that keeps Python's types apart: 1 and 1.0, text and numbers."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"i": str(value)}
    if isinstance(value, float):
        return {"f": repr(value)}
    if isinstance(value, str):
        return {"s": value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")}
    if isinstance(value, (list, tuple)):
        return [encoded(item) for item in value]
    if isinstance(value, dict):
        return {"d": [[str(key), encoded(item)] for key, item in value.items()]}
    return {"s": str(value)}


OPERATIONS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def power(base, exponent):
    # Anything larger is no flag's default, and could keep the reader busy for ever.
    if abs(exponent) > 64 or abs(base) > 1e6:
        raise NotLiteral()
    return base**exponent


def literal(node, names=None):
    """The value of an expression that has no names but those given; arithmetic on numbers included. Raises NotLiteral."""
    if isinstance(node, ast.Constant):
        if node.value is Ellipsis or isinstance(node.value, (bytes, complex)):
            raise NotLiteral()
        return node.value
    if isinstance(node, (ast.List, ast.Tuple)):
        return [literal(item, names) for item in node.elts]
    if isinstance(node, ast.Set):
        return sorted((literal(item, names) for item in node.elts), key=str)
    if isinstance(node, ast.Dict):
        if any(key is None for key in node.keys):
            raise NotLiteral()
        return {literal(k, names): literal(v, names) for k, v in zip(node.keys, node.values)}
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = literal(node.operand, names)
        if isinstance(value, (int, float)):
            return -value if isinstance(node.op, ast.USub) else +value
    if isinstance(node, ast.BinOp):
        return calculated(node, names)
    if isinstance(node, ast.Name) and names and node.id in names:
        return names[node.id]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return called(node, names)
    raise NotLiteral()


def calculated(node, names):
    left, right = literal(node.left, names), literal(node.right, names)
    numbers = all(isinstance(side, (int, float)) for side in (left, right))
    text = isinstance(node.op, ast.Add) and isinstance(left, str) and isinstance(right, str)
    if numbers and isinstance(node.op, ast.Pow):
        return power(left, right)
    if (numbers or text) and type(node.op) in OPERATIONS:
        try:
            return OPERATIONS[type(node.op)](left, right)
        except (ArithmeticError, ValueError):
            pass
    raise NotLiteral()


def called(node, names):
    args = [literal(arg, names) for arg in node.args]
    if node.func.id == "range" and 1 <= len(args) <= 3 and all(isinstance(arg, int) for arg in args):
        values = range(*args)
        if len(values) <= 1000:
            return list(values)
    if node.func.id in ("list", "tuple", "sorted") and len(args) == 1 and isinstance(args[0], (list, dict)):
        return list(args[0])
    if node.func.id == "float" and len(args) == 1 and args[0] in ("inf", "-inf", "nan"):
        return float(args[0])
    raise NotLiteral()


def constants(tree):
    """Module-level names that are assigned once, and to a literal."""
    found, seen = {}, {}
    for node in ast.walk(tree):
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            if isinstance(target, ast.Name):
                seen[target.id] = seen.get(target.id, 0) + 1
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            try:
                if seen.get(name) == 1:
                    found[name] = literal(node.value, found)
            except NotLiteral:
                pass
    return found
