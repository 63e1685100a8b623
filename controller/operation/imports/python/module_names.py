# Flags that are names of the module: globals, and what dict and SimpleNamespace literals hold.


def simple(node):
    """A literal as Guild takes it for a global: no names, no arithmetic, no tuples."""
    if isinstance(node, ast.Constant):
        return literal(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        if isinstance(node.operand, ast.Constant) and isinstance(node.operand.value, (int, float)):
            return literal(node)
    if isinstance(node, ast.List):
        return [simple(item) for item in node.elts]
    raise NotLiteral()


def namespace_call(node):
    if not isinstance(node, ast.Call) or node.args or any(k.arg is None for k in node.keywords):
        return None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
    return node.keywords if name in ("SimpleNamespace", "Namespace") else None


def flattened(node, prefix=""):
    """Leaves of nested dict and namespace literals, with dotted names; what is no literal is left out."""
    keywords = namespace_call(node)
    if keywords is not None:
        pairs = [(keyword.arg, keyword.value) for keyword in keywords]
    elif isinstance(node, ast.Dict):
        pairs = [(k.value, v) for k, v in zip(node.keys, node.values) if isinstance(k, ast.Constant)]
    elif isinstance(node, ast.Call) and getattr(node.func, "id", None) == "dict" and not node.args:
        pairs = [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg]
    else:
        try:
            return [[prefix, encoded(literal(node))]]
        except NotLiteral:
            return []
    return [leaf for key, value in pairs for leaf in flattened(value, "%s.%s" % (prefix, key) if prefix else str(key))]


def assignments(tree):
    """The first assignment of each module-level name, wherever several names share one."""
    first = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name):
                first.setdefault(target.id, node.value)
    return first


def module_names(tree):
    plain, nested = [], {}
    for name, value in assignments(tree).items():
        if name.startswith("_"):
            continue
        if isinstance(value, ast.Dict) or namespace_call(value) is not None or (
            isinstance(value, ast.Call) and getattr(value.func, "id", None) == "dict"
        ):
            nested[name] = flattened(value)
            continue
        try:
            plain.append([name, encoded(simple(value))])
        except NotLiteral:
            pass
    return plain, nested
