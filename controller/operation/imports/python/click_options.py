# Options of click, from the decorators that declare them.

CLICK_TYPES = {"INT": "int", "FLOAT": "float", "STRING": "string", "BOOL": "boolean", "Path": "path", "File": "path"}


def click_type(node, names, flag):
    if isinstance(node, ast.Call):
        name = callee(node)
        if name == "Choice" and node.args:
            flag["choices"] = [encoded(choice) for choice in literal(node.args[0], names)]
        elif name in ("IntRange", "FloatRange"):
            flag["type"] = "int" if name == "IntRange" else "float"
            bounds = dict(zip(("min", "max"), node.args), **{k.arg: k.value for k in node.keywords})
            for bound in ("min", "max"):
                if bound in bounds:
                    flag[bound] = encoded(literal(bounds[bound], names))
        elif name in CLICK_TYPES:
            flag["type"] = CLICK_TYPES[name]
    else:
        name = getattr(node, "attr", None) or getattr(node, "id", "")
        flag["type"] = TYPES.get(name) or CLICK_TYPES.get(name)


def type_of_default(default):
    """As click takes it: an option without a type has its default's, and text without either."""
    if isinstance(default, list):
        kinds = {type_of_default(item) for item in default} or {"string"}
        return kinds.pop() if len(kinds) == 1 else None
    for kind, name in ((bool, "boolean"), (int, "int"), (float, "float")):
        if isinstance(default, kind):
            return name
    return "string"


def click_option(call, names):
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        raise NotLiteral()
    keys = {k.arg: k.value for k in call.keywords}
    longs = [w for w in (literal(a, names) for a in call.args) if w.startswith("--")]
    if not longs or ("count" in keys and literal(keys["count"], names)):
        return None
    # Without a value the option is left out, and click's own default holds; one value is given once.
    multiple = "multiple" in keys and literal(keys["multiple"], names)
    name, _, off = longs[0][2:].partition("/")
    default = literal(keys["default"], names) if "default" in keys and not multiple else None
    flag = {"name": name, "default": encoded(default)}
    if "help" in keys and isinstance(keys["help"], ast.Constant):
        flag["help"] = keys["help"].value
    if "required" in keys:
        flag["required"] = bool(literal(keys["required"], names))
    if "type" in keys:
        click_type(keys["type"], names, flag)
    else:
        flag["type"] = type_of_default(default)
    if off or ("is_flag" in keys and literal(keys["is_flag"], names)):
        flag.update(switch=not default, choices=[True, False], default=bool(default), type=None)
        if off and default:
            flag["argName"] = off.strip().lstrip("-")
    elif "nargs" in keys and literal(keys["nargs"], names) != 1:
        flag["split"] = True
        if isinstance(default, list):
            flag["default"] = encoded(" ".join(quoted(item) for item in default))
    return flag


def click_flags(tree, names):
    flags, why, commands = [], None, 0
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for decorator in node.decorator_list:
            name = callee(decorator) if isinstance(decorator, ast.Call) else getattr(decorator, "attr", "")
            if name == "group":
                why = why or "it has subcommands"
            elif name == "command":
                commands += 1
            elif name == "option":
                try:
                    flag = click_option(decorator, names)
                except (NotLiteral, AttributeError):
                    why = why or "the option in line %d is computed" % decorator.lineno
                    continue
                if flag is not None:
                    flags.append(flag)
    if why is None and commands != 1:
        why = "it has no single command"
    return {"flags": flags, "why": why}
