"""Finds a main module, runs it as `__main__`, and shows its errors without the wrapper's own frames."""

import ast
import collections
import importlib.util
import os
import sys
import traceback

import op_flags

Module = collections.namedtuple("Module", "path name package function argv0")


def find(target):
    """The module that MAIN names. Exits with a message when there is none."""
    target, _, function = target.partition(":")
    folder, slash, name = target.rpartition("/")
    if slash:
        # `sub/mod` makes sub a place to import from, as if the script had been started there.
        sys.path.insert(0, os.path.join(os.getcwd(), folder))
    if name.endswith(".py"):
        path = os.path.join(folder, name)
        name = name[:-3]
        if not slash:
            sys.path.insert(0, os.getcwd())
        if not os.path.isfile(path):
            sys.exit("cannot find Python script %s" % path)
        return Module(path, name, "", function, path)
    if not slash and os.getcwd() not in map(os.path.abspath, filter(None, sys.path)):
        sys.path.insert(0, os.getcwd())
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            name += ".__main__"
            spec = importlib.util.find_spec(name)
    except (ImportError, ValueError) as error:
        sys.exit("cannot find Python module %s: %s" % (target, error))
    if spec is None or not spec.has_location:
        sys.exit("cannot find Python module %s" % target)
    return Module(spec.origin, name, name.rpartition(".")[0], function, spec.origin)


def run(module, inject):
    """Runs the module as `__main__` in this interpreter, or imports it and calls its function."""
    tree = ast.parse(read(module.path), module.path)
    if inject:
        inject = op_flags.shaped_like(tree, inject)
        tree = op_flags.without_assignments(tree, inject)
    code = compile(tree, module.path, "exec", dont_inherit=True)
    main = type(sys)("__main__")
    main.__dict__.update(__file__=module.path, __builtins__=__builtins__, __package__=module.package or None)
    if module.package:
        importlib.import_module(module.package)
        main.__spec__ = importlib.util.find_spec(module.name)
    if module.function:
        main.__name__ = module.name
        sys.modules[module.name] = main
    else:
        sys.modules["__main__"] = main
    main.__dict__.update(inject or {})
    exec(code, main.__dict__)
    if module.function:
        result = getattr(main, module.function)()
        if isinstance(result, int) and not isinstance(result, bool):
            sys.exit(result)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def guarded(run, here):
    """SystemExit passes; any other error is printed from the program's own first frame on, and the status is 1."""
    try:
        run()
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        show(error, here)
        sys.exit(1)


def show(error, here):
    sys.stdout.flush()
    traceback.print_exception(type(error), error, program_frames(error, here))
    sys.stderr.flush()


def program_frames(error, here):
    frame = error.__traceback__
    while frame is not None and own(frame, here):
        frame = frame.tb_next
    return frame


def own(frame, here):
    path = frame.tb_frame.f_code.co_filename
    return os.path.dirname(os.path.abspath(path)) == here or path == ast.__file__
