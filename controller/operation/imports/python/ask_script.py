# Runs a script as far as its parser, and prints what the parser takes. Only where the syntax doesn't tell.
import json
import os
import runpy
import shlex
import sys

MAGIC = "SORTIE-FLAGS "
SCRIPT, KIND, BASE = sys.argv[1], sys.argv[2], sys.argv[3:]
answer_to = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
TYPES = {int: "int", float: "float", str: "string", bool: "boolean"}


def encoded(value):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"i": str(int(value))}
    if isinstance(value, float):
        return {"f": repr(float(value))}
    if isinstance(value, str):
        return {"s": str(value)}
    if isinstance(value, (list, tuple)):
        return [encoded(item) for item in value]
    return {"s": str(value)}


def finish(flags):
    # What the script wrote itself may have left a line open.
    answer_to.write("\n" + MAGIC + json.dumps({"flags": [flag for flag in flags if flag]}) + "\n")
    answer_to.flush()
    # The script's own exit handlers and threads have nothing to say here.
    os._exit(0)


def joined(value):
    return " ".join(shlex.quote(str(item)) for item in value) if isinstance(value, (list, tuple)) else value


def argparse_flag(action):
    kind = type(action).__name__
    longs = [word for word in action.option_strings if word.startswith("--")]
    known = ("_StoreAction", "_StoreTrueAction", "_StoreFalseAction", "_StoreConstAction", "BooleanOptionalAction")
    if not longs or kind not in known:
        return None
    const = kind == "_StoreConstAction"
    flag = {"name": longs[0][2:], "default": False if const else encoded(action.default)}
    if action.help and action.help != "==SUPPRESS==":
        flag["help"] = action.help
    if action.required:
        flag["required"] = True
    if action.choices is not None:
        flag["choices"] = [encoded(choice) for choice in action.choices]
    if action.type in TYPES:
        flag["type"] = TYPES[action.type]
    if const:
        flag.update(switch=True, choices=[True, False])
    elif kind in ("_StoreTrueAction", "_StoreFalseAction"):
        flag.update(switch=kind == "_StoreTrueAction", choices=[True, False], default=bool(action.default))
        if kind == "_StoreFalseAction":
            flag["default"] = action.default is None or bool(action.default)
    elif kind == "BooleanOptionalAction":
        flag.update(switch=not action.default, choices=[True, False], type="boolean", default=bool(action.default))
        flag["argName"] = ("no-" if action.default else "") + flag["name"]
    elif action.nargs in ("+", "*") or (isinstance(action.nargs, int) and action.nargs > 1):
        flag.update(split=True, default=encoded(joined(action.default)))
    return flag


def deepest(parser):
    """The parser of the subcommand that the operation's own arguments name."""
    for action in parser._actions:
        for word in BASE if isinstance(action.choices, dict) else []:
            if word in action.choices and hasattr(action.choices[word], "_actions"):
                return deepest(action.choices[word])
    return parser


def parsed(parser, *_args, **_kwargs):
    for action in deepest(parser)._actions:
        if action.dest in parser._defaults:
            action.default = parser._defaults[action.dest]
    finish([argparse_flag(action) for action in deepest(parser)._actions])


def click_flag(click, param):
    longs = [word for word in list(param.opts) + list(param.secondary_opts) if word.startswith("--")]
    if not isinstance(param, click.Option) or not longs or param.count:
        return None
    unknown = param.multiple or callable(param.default) or "Sentinel" in type(param.default).__name__
    default = None if unknown else param.default
    flag = {"name": longs[0][2:], "default": encoded(default), "help": param.help or None}
    if param.required:
        flag["required"] = True
    names = {"integer": "int", "float": "float", "text": "string", "boolean": "boolean", "path": "path"}
    flag["type"] = names.get(param.type.name)
    if isinstance(param.type, click.Choice):
        flag.update(choices=[encoded(choice) for choice in param.type.choices], type=None)
    if param.is_flag:
        flag.update(switch=not default, choices=[True, False], default=bool(default), type=None)
        if default and param.secondary_opts:
            flag["argName"] = param.secondary_opts[0].lstrip("-")
    elif param.nargs != 1:
        flag.update(split=True, default=encoded(joined(default)))
    return flag


def hook_click():
    import click

    def main(command, *_args, **_kwargs):
        for word in BASE:
            command = getattr(command, "commands", {}).get(word, command)
        finish([click_flag(click, param) for param in command.params])

    click.Command.main = click.Command.__call__ = main
    if hasattr(click, "Group"):
        click.Group.main = click.Group.__call__ = main


def hook_argparse():
    import argparse

    argparse.ArgumentParser.parse_args = argparse.ArgumentParser.parse_known_args = parsed
    argparse.ArgumentParser.parse_intermixed_args = parsed


(hook_click if KIND == "click" else hook_argparse)()
sys.path.insert(0, os.getcwd())
sys.path.insert(0, os.path.dirname(os.path.abspath(SCRIPT)))
sys.argv = [SCRIPT] + BASE + ["--help"]
try:
    runpy.run_path(SCRIPT, run_name="__main__")
except SystemExit:
    pass
finish([])
