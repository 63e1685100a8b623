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
sys.path.insert(0, HERE)
import op_breaks
import op_flags
import op_module

sys.path.remove(HERE)


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
