"""Breakpoints for a program: PDB_BREAKS holds places quoted as a shell would, BREAK_ON_ERROR=1 stops where an error occurs."""

import ast
import bdb
import dis
import os
import pdb
import shlex
import sys

import op_module


def debugged(run, module, breaks, on_error):
    here = os.path.dirname(os.path.abspath(__file__))

    def start():
        debugger = Debugger()
        for place in shlex.split(breaks or ""):
            set_break(debugger, place, module)
        try:
            if breaks:
                debugger.runcall(run)
            else:
                run()
        except (SystemExit, KeyboardInterrupt):
            raise
        except bdb.BdbQuit:
            sys.exit(1)
        except BaseException as error:
            if not on_error:
                raise
            op_module.show(error, here)
            debugger.reset()
            debugger.interaction(None, op_module.program_frames(error, here) or error.__traceback__)
            sys.exit(1)

    return start


class Debugger(pdb.Pdb):
    """Runs to the first breakpoint instead of stopping at the first line."""

    def runcall(self, function):
        self.reset()
        # Nothing stops but breakpoints: a frame that is never traced again is the one to stop at.
        self.stopframe, self.returnframe, self.stoplineno = sys._getframe(), None, -1
        sys.settrace(self.trace_dispatch)
        try:
            return function()
        finally:
            sys.settrace(None)


def set_break(debugger, place, module):
    path, line = where(place, module)
    if path is None:
        print("sortie: cannot find breakpoint %s" % place, file=sys.stderr)
        return
    lines = stops(path)
    at = next((each for each in lines if each >= line), lines[-1] if lines else line)
    error = debugger.set_break(os.path.abspath(path), at)
    if error:
        print("sortie: cannot set breakpoint %s: %s" % (place, error), file=sys.stderr)


def where(place, module):
    """(file, line) of `LINE`, `FILE:LINE` or `MODULE.FUNCTION`."""
    if place.isdigit():
        return module.path, int(place)
    path, colon, line = place.rpartition(":")
    if colon and line.isdigit():
        return source(path), int(line)
    name, _, function = place.rpartition(".")
    path = module.path if name in ("", module.name, "__main__") else source(name.replace(".", "/"))
    if path is not None:
        for node in ast.walk(tree(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == function:
                return path, node.body[0].lineno
    return None, 0


def source(name):
    for folder in [os.getcwd()] + sys.path:
        for ending in ("", ".py", "/__init__.py"):
            path = os.path.join(folder, name + ending)
            if os.path.isfile(path):
                return path
    return None


def tree(path):
    with open(path, "rb") as file:
        return ast.parse(file.read(), path)


def stops(path):
    """Lines at which the interpreter can stop, in order."""
    with open(path, "rb") as file:
        todo, lines = [compile(file.read(), path, "exec", dont_inherit=True)], set()
    while todo:
        code = todo.pop()
        lines.update(line for _, line in dis.findlinestarts(code) if line)
        todo.extend(const for const in code.co_consts if hasattr(const, "co_code"))
    return sorted(lines)
