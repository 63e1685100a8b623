"""Flags from words `--name value`, and how they are put among a module's names."""

import ast
import re
import types

INT = re.compile(r"[-+]?\d+\Z")
FLOAT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\Z", re.I)
WORDS = {
    "true": True, "yes": True, "on": True, "false": False, "no": False, "off": False,
    "null": None, "~": None, "": None, ".inf": float("inf"), "-.inf": float("-inf"), ".nan": float("nan"),
}  # fmt: skip
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", '"': '"', "\\": "\\", "/": "/", "e": "\x1b", "a": "\a", "b": "\b"}
HEX = {"x": 2, "u": 4, "U": 8}


def parse(words):
    """(values by name, words that are no flag)."""
    values, rest, at = {}, [], 0
    while at < len(words):
        word = words[at]
        if word.startswith("--") and len(word) > 2:
            name, equals, text = word[2:].partition("=")
            if not equals and at + 1 < len(words):
                at += 1
                text = words[at]
            elif not equals:
                text = "true"
            values[name] = decode(text)
        else:
            rest.append(word)
        at += 1
    return values, rest


def decode(text):
    """A value in YAML's flow style on one line, as the planner writes it. What is nothing else is text."""
    reader = Reader(text)
    try:
        value = reader.value(top=True)
        reader.space()
        if reader.at == len(text):
            return value
    except ValueError:
        pass
    return scalar(text)


def scalar(text):
    text = text.strip()
    low = text.lower()
    if low in WORDS:
        return WORDS[low]
    if INT.match(text):
        return int(text)
    if FLOAT.match(text):
        return float(text)
    return text


class Reader:
    def __init__(self, text):
        self.text, self.at = text, 0

    def peek(self):
        return self.text[self.at : self.at + 1]

    def space(self):
        while self.peek() in (" ", "\t", "\n") and self.peek():
            self.at += 1

    def value(self, top=False):
        self.space()
        mark = self.peek()
        if mark == "[":
            return self.items("]", lambda: self.value())
        if mark == "{":
            return dict(self.items("}", self.pair))
        if mark in ("'", '"') and mark:
            return self.quoted(mark)
        start = self.at
        while self.peek() and (top or self.peek() not in ",]}"):
            if not top and self.text.startswith(": ", self.at):
                break
            self.at += 1
        return scalar(self.text[start : self.at])

    def items(self, end, item):
        self.at += 1
        found = []
        while True:
            self.space()
            if self.peek() == end:
                self.at += 1
                return found
            found.append(item())
            self.space()
            if self.peek() == ",":
                self.at += 1
            elif self.peek() != end:
                raise ValueError("expected , or " + end)

    def pair(self):
        key = self.value()
        self.space()
        if self.peek() != ":":
            return key, None
        self.at += 1
        return key, self.value()

    def quoted(self, mark):
        self.at += 1
        found = []
        while True:
            char = self.peek()
            if not char:
                raise ValueError("no closing quote")
            self.at += 1
            if char == "\\" and mark == '"':
                found.append(self.escape())
            elif char != mark:
                found.append(char)
            elif mark == "'" and self.peek() == "'":
                self.at += 1
                found.append("'")
            else:
                return "".join(found)

    def escape(self):
        kind = self.peek()
        self.at += 1
        if kind in HEX:
            digits = self.text[self.at : self.at + HEX[kind]]
            self.at += HEX[kind]
            return chr(int(digits, 16))
        return ESCAPES.get(kind, kind)


def nested(values):
    """`a.b` as a mapping in a mapping."""
    whole = {}
    for name, value in values.items():
        *parents, last = name.split(".")
        place = whole
        for part in parents:
            place = place.setdefault(part, {})
        place[last] = value
    return whole


def namespaces(value):
    if isinstance(value, dict):
        return types.SimpleNamespace(**{key: namespaces(item) for key, item in value.items()})
    return value


def injection(kind, name, values):
    """Names of the module and what they are to be, instead of what its first assignments say."""
    if kind == "globals":
        return values
    whole = nested(values)
    return {name: namespaces(whole) if kind == "namespace" else whole}


def without_assignments(tree, names):
    """The module's tree, where the first assignment at its top level to each of the names has no effect."""
    left = set(names)
    body = []
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        hit = {target.id for target in targets if isinstance(target, ast.Name)} & left
        left -= hit
        if hit and len(targets) == 1:
            # `lr = 0.1` becomes `lr = lr`: the line is still there to stop at.
            (name,) = hit
            node.value = ast.copy_location(ast.Name(name, ast.Load()), node.value)
        elif hit:
            node.targets = [t for t in targets if not (isinstance(t, ast.Name) and t.id in hit)]
            if not node.targets:
                continue
        body.append(node)
    tree.body = body
    return tree


def shaped_like(tree, names):
    """`global:NAME` takes the shape that the module gives the name: a namespace, or else a dict."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            func = node.value.func
            called = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            for target in node.targets:
                if isinstance(target, ast.Name) and called in ("SimpleNamespace", "Namespace"):
                    if isinstance(names.get(target.id), dict):
                        names = dict(names, **{target.id: namespaces(names[target.id])})
    return names
