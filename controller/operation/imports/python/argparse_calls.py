# Options of argparse, from the calls that add them. Where the calls don't tell all, `why` says what is in the way.

TYPES = {"int": "int", "float": "float", "str": "string", "bool": "boolean"}
STORES = ("store", "store_true", "store_false", "store_const", "BooleanOptionalAction")


def callee(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


class ParserCalls(ast.NodeVisitor):
    """Collects `add_argument` calls in order, and reasons why they may not be all there is."""

    def __init__(self, tree):
        self.calls, self.defaults, self.why = [], {}, None
        # Parsers are known by the calls that make them: `bound` has the parser of each scope's names, `parsed` those that are parsed.
        self.parsers, self.bound, self.parsed, self.depth, self.scope = {}, {}, [], 0, None
        self.groups, self.adders, self.overridden = set(), set(), False
        self.functions = {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
        self.used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        self.doubt_other_uses(tree)
        self.visit(tree)
        if not self.parsed:
            self.doubt("its arguments are parsed elsewhere")
        if not self.parsers:
            self.doubt("its parser is made elsewhere")
        self.choose_parsed()
        if self.overridden and len(self.parsers) == 1:
            self.doubt("it sets defaults from a variable")
        self.calls = [call for call, _ in self.calls]

    def doubt_other_uses(self, tree):
        """`add = parser.add_argument` is read as `add_argument`; what else is done with that method isn't."""
        known = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                known.add(node.func)
            elif isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) for t in node.targets):
                known.add(node.value)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "add_argument" and node not in known:
                self.doubt("it hands on how its arguments are added")

    def choose_parsed(self):
        """Of several parsers, those count that are parsed, and their parents."""
        if len(self.parsers) < 2:
            return
        if None in self.parsed or any(parser is None for _, parser in self.calls):
            return self.doubt("it has several parsers")
        wanted, left = set(), list(self.parsed)
        while left:
            parser = left.pop()
            if parser not in wanted:
                wanted.add(parser)
                left.extend(self.parsers[parser])
        self.calls = [(call, parser) for call, parser in self.calls if parser in wanted]

    def parser_of(self, node):
        """The call that made the parser which an expression stands for, by itself or by a group or method of it."""
        if isinstance(node, ast.Name):
            return self.bound.get((self.scope, node.id), self.bound.get((None, node.id)))
        if isinstance(node, ast.Attribute) and node.attr == "add_argument":
            return self.parser_of(node.value)
        if isinstance(node, ast.Call) and callee(node).endswith("ArgumentParser"):
            return node
        if isinstance(node, ast.Call) and callee(node).endswith("_group") and isinstance(node.func, ast.Attribute):
            return self.parser_of(node.func.value)
        return None

    def is_parser(self, node):
        method = isinstance(node, ast.Attribute) and node.attr == "add_argument"
        return method or isinstance(node, ast.Call) and callee(node).endswith(("ArgumentParser", "_group"))

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

    def visit_FunctionDef(self, node):
        if self.scope is None and node.name not in self.used and not node.decorator_list:
            # Nothing calls it.
            return
        outer, self.scope = self.scope, node
        for each in ast.walk(node.args):
            if isinstance(each, ast.arg):
                self.bound[(node, each.arg)] = None
        self.generic_visit(node)
        self.scope = outer

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Assign(self, node):
        names = [t.id for t in node.targets if isinstance(t, ast.Name)]
        if self.is_parser(node.value):
            self.bound.update({(self.scope, name): self.parser_of(node.value) for name in names})
            self.groups.update(names)
            if isinstance(node.value, ast.Attribute):
                self.adders.update(names)
        self.generic_visit(node)

    def visit_Call(self, node):
        name = callee(node)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        if isinstance(node.func, ast.Name) and name in self.adders:
            name = "add_argument"
        if name.endswith("ArgumentParser"):
            self.parsers[node] = self.parents_of(node)
            if name != "ArgumentParser":
                self.doubt("it uses %s" % name)
            if any(k.arg in (None, "argument_default", "prefix_chars") for k in node.keywords):
                self.doubt("its parser is built from others")
        elif name == "add_argument":
            self.calls.append((node, self.parser_of(owner)))
            if self.depth:
                self.doubt("it adds arguments under conditions or in loops")
        elif name == "add_subparsers":
            self.doubt("it has subcommands")
        elif name == "set_defaults":
            self.set_defaults(node)
        elif name in ("parse_args", "parse_known_args"):
            self.parsed.append(self.parser_of(owner))
        elif not isinstance(node.func, ast.Attribute) or name not in ("print_help", "error", "exit"):
            given = [a.id for a in list(node.args) + [k.value for k in node.keywords] if isinstance(a, ast.Name)]
            if name not in self.functions and any(a in self.groups for a in given):
                self.doubt("it hands its parser to %s" % (name or "another function"))
        self.generic_visit(node)

    def parents_of(self, node):
        given = [k.value for k in node.keywords if k.arg == "parents"]
        items = [item for each in given for item in (each.elts if isinstance(each, (ast.List, ast.Tuple)) else [None])]
        parents = [self.parser_of(item) for item in items]
        if None in parents:
            self.doubt("its parser is built from others")
        return [parent for parent in parents if parent is not None]

    def set_defaults(self, node):
        for keyword in node.keywords:
            if keyword.arg is None:
                # A parser parsed before may have named where they come from: no other way to read them than to run it.
                self.overridden = True
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
