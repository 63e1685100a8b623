# Options of argparse, from the calls that add them. Where the calls don't tell all, `why` says what is in the way.

TYPES = {"int": "int", "float": "float", "str": "string", "bool": "boolean"}
STORES = ("store", "store_true", "store_false", "store_const", "BooleanOptionalAction")


def callee(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


class ParserCalls(ast.NodeVisitor):
    """Collects `add_argument` calls in order, and reasons why they may not be all there is."""

    def __init__(self, tree):
        self.calls, self.defaults, self.why = [], {}, None
        self.parsers, self.groups, self.parsed, self.depth = [], set(), False, 0
        self.functions = {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
        self.visit(tree)
        if self.why is None and not self.parsed:
            self.why = "its arguments are parsed elsewhere"
        if self.why is None and not self.parsers:
            self.why = "its parser is made elsewhere"
        if self.why is None and len(self.parsers) > 1:
            self.why = "it has several parsers"

    def doubt(self, why):
        self.why = self.why or why

    def nested(self, node):
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1

    visit_For = visit_While = visit_ListComp = visit_GeneratorExp = visit_Try = nested

    def visit_If(self, node):
        main = isinstance(node.test, ast.Compare) and getattr(node.test.left, "id", "") == "__name__"
        (self.generic_visit if main else self.nested)(node)

    def visit_ClassDef(self, node):
        if any((getattr(base, "attr", None) or getattr(base, "id", "")).endswith("ArgumentParser") for base in node.bases):
            self.doubt("it has a parser class of its own")
        self.generic_visit(node)

    def visit_Assign(self, node):
        if isinstance(node.value, ast.Call) and callee(node.value).endswith(("ArgumentParser", "_group")):
            self.groups.update(t.id for t in node.targets if isinstance(t, ast.Name))
        self.generic_visit(node)

    def visit_Call(self, node):
        name = callee(node)
        if name.endswith("ArgumentParser"):
            self.parsers.append(node)
            if name != "ArgumentParser":
                self.doubt("it uses %s" % name)
            if any(k.arg in (None, "parents", "argument_default", "prefix_chars") for k in node.keywords):
                self.doubt("its parser is built from others")
        elif name == "add_argument":
            self.calls.append(node)
            if self.depth:
                self.doubt("it adds arguments under conditions or in loops")
        elif name == "add_subparsers":
            self.doubt("it has subcommands")
        elif name == "set_defaults":
            self.set_defaults(node)
        elif name in ("parse_args", "parse_known_args"):
            self.parsed = True
        elif not isinstance(node.func, ast.Attribute) or name not in ("print_help", "error", "exit"):
            given = [a.id for a in list(node.args) + [k.value for k in node.keywords] if isinstance(a, ast.Name)]
            if name not in self.functions and any(a in self.groups for a in given):
                self.doubt("it hands its parser to %s" % (name or "another function"))
        self.generic_visit(node)

    def set_defaults(self, node):
        for keyword in node.keywords:
            if keyword.arg is None:
                self.doubt("it sets defaults from a variable")
            else:
                self.defaults[keyword.arg] = keyword.value


def action_of(node):
    if node is None:
        return "store"
    if isinstance(node, ast.Constant):
        return node.value
    return getattr(node, "attr", None) or getattr(node, "id", "?")


def option(call, names, defaults):
    """One call as a flag; None when Guild takes no flag from it. Raises NotLiteral."""
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        raise NotLiteral()
    keys = {k.arg: k.value for k in call.keywords}
    words = [literal(a, names) for a in call.args]
    longs = [w for w in words if isinstance(w, str) and w.startswith("--")]
    action = action_of(keys.get("action"))
    if not longs or action not in STORES:
        return None
    name = longs[0][2:]
    dest = literal(keys["dest"], names) if "dest" in keys else name.replace("-", "_")
    # What a constant stands beside may be anything: the option is given or not.
    given = None if action == "store_const" else defaults.get(dest, keys.get("default"))
    flag = {"name": name, "default": None if given is None else literal(given, names)}
    if "help" in keys:
        try:
            flag["help"] = literal(keys["help"], names)
        except NotLiteral:
            pass
    if "required" in keys:
        flag["required"] = bool(literal(keys["required"], names))
    if "choices" in keys:
        flag["choices"] = list(literal(keys["choices"], names))
    kind = keys.get("type")
    if isinstance(kind, ast.Name):
        flag["type"] = TYPES.get(kind.id)
    if "nargs" in keys:
        flag["nargs"] = literal(keys["nargs"], names)
    return shaped(flag, action)


def shaped(flag, action):
    """Switches and split arguments, as Guild imports them; `default` is encoded here."""
    default, nargs = flag.pop("default"), flag.pop("nargs", None)
    if action in ("store_true", "store_false"):
        # The flag is named for its option: `--no-shuffle` is off by default where `shuffle` is on.
        flag.update(switch=action == "store_true", choices=[True, False])
        default = (not flag["switch"]) if default is None else bool(default)
    elif action == "store_const":
        flag.update(switch=True, choices=[True, False])
        default = False
    elif action == "BooleanOptionalAction":
        flag.update(switch=not default, choices=[True, False], type="boolean")
        flag["argName"] = ("no-" if default else "") + flag["name"]
        default = bool(default)
    elif nargs in ("+", "*") or (isinstance(nargs, int) and nargs > 1):
        flag["split"] = True
        if isinstance(default, (list, tuple)):
            default = " ".join(quoted(item) for item in default)
    flag["default"] = encoded(default)
    if "choices" in flag:
        flag["choices"] = [encoded(choice) for choice in flag["choices"]]
    return flag


def quoted(item):
    import shlex

    return shlex.quote(str(item))


def argparse_flags(tree, names):
    found = ParserCalls(tree)
    flags, why = [], found.why
    for call in found.calls:
        try:
            flag = option(call, names, found.defaults)
        except NotLiteral:
            why = why or "the argument in line %d is computed" % call.lineno
            continue
        if flag is not None:
            flags.append(flag)
    return {"flags": flags, "why": why}
