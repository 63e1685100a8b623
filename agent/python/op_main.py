"""Runs a Python operation whose flags are names of its module, whose main is a function, or that is to be debugged.

    op_main.py MAIN [ARG ...] -- [--NAME VALUE ...]

MAIN is a module (`train`, `pkg.train`), a path below the working directory (`sub/train`, `train.py`), or either with
`:function`. How flags reach it is in FLAGS_DEST: args, args:click, globals, global:NAME, dict:NAME, namespace:NAME.
Standard library only; Python 3.8 to 3.14.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# The wrapper's own folder is none of the program's business.
sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != HERE]


def own_imports():
    """What the wrapper needs, never taken from the program's folders: a program may well have a `code.py` or an `ast.py`."""
    everything, before = sys.path[:], set(sys.modules)
    standard = [path for path in everything if is_standard(path)]
    sys.path[:] = [HERE] + standard
    debugs = os.environ.get("PDB_BREAKS") or os.environ.get("BREAK_ON_ERROR") == "1"
    modules = [__import__(name) for name in ("op_flags", "op_module") + (("op_breaks",) if debugs else ())]
    sys.path[:] = everything
    # From here on the program's modules win over those of the same names that were needed here.
    theirs = [path for path in everything if path not in standard]
    for name in set(sys.modules) - before:
        if "." not in name and any(has(path, name) for path in theirs):
            del sys.modules[name]
    return modules + [None] * (3 - len(modules))


def is_standard(path):
    library = os.path.dirname(os.path.abspath(os.__file__))
    if os.path.basename(path) in ("site-packages", "dist-packages"):
        return False
    archive = "python%d%d.zip" % sys.version_info[:2]
    return path == library or path.startswith(library + os.sep) or os.path.basename(path) == archive


def has(path, name):
    place = os.path.join(path, name)
    return os.path.isfile(place + ".py") or os.path.isfile(os.path.join(place, "__init__.py"))


op_flags, op_module, op_breaks = own_imports()


def main(argv):
    if not argv:
        sys.exit("usage: op_main.py MAIN [ARG ...] -- [--NAME VALUE ...]")
    target, words = argv[0], argv[1:]
    split = words.index("--") if "--" in words else len(words)
    base, flag_words = words[:split], words[split + 1 :]
    dest = os.environ.get("FLAGS_DEST") or "args"
    kind, _, name = dest.partition(":")
    module = op_module.find(target)
    if kind in ("globals", "global", "dict", "namespace"):
        values, rest = op_flags.parse(flag_words)
        inject = op_flags.injection(kind, name, values)
        args = base + rest
    else:
        inject, args = None, base + flag_words
    sys.argv = [module.argv0] + args
    run = lambda: op_module.run(module, inject)
    breaks, on_error = os.environ.get("PDB_BREAKS"), os.environ.get("BREAK_ON_ERROR") == "1"
    if breaks or on_error:
        run = op_breaks.debugged(run, module, breaks, on_error)
    op_module.guarded(run, HERE)


if __name__ == "__main__":
    main(sys.argv[1:])
