# The script's text comes on standard input; the answer is one line of JSON.


def imported(tree):
    found = []
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        found.extend(name.split(".")[0] for name in names)
    return sorted(set(found))


def uses_keras(tree, modules):
    if not {"keras", "tensorflow"} & set(modules):
        return False
    return any(isinstance(n, ast.Call) and callee(n) in ("fit", "fit_generator", "predict") for n in ast.walk(tree))


def answer(text):
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        return {"error": {"message": error.msg, "line": error.lineno, "column": error.offset}}
    except (ValueError, RecursionError, MemoryError) as error:
        return {"error": {"message": str(error), "line": None, "column": None}}
    names = constants(tree)
    modules = imported(tree)
    plain, nested = module_names(tree)
    return {
        "imports": modules,
        "globals": plain,
        "nested": nested,
        "argparse": argparse_flags(tree, names) if "argparse" in modules else None,
        "click": click_flags(tree, names) if "click" in modules else None,
        "keras": uses_keras(tree, modules),
        "doc": ast.get_docstring(tree),
    }


sys.setrecursionlimit(10000)
print(json.dumps(answer(sys.stdin.buffer.read())))
