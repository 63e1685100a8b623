# The notebook comes on standard input, after a line of JSON with the patterns of `nb-replace` by flag; the answer is one line of JSON.
import re

ANNOTATIONS = {"int": "int", "float": "float", "bool": "boolean", "str": "string"}


def notebook_flags(notebook, patterns):
    cells = code_cells(notebook)
    flags = {}
    for name, (_, node) in first_values([parsed(source_of(cell)) for cell in cells]).items():
        if not name.startswith("_"):
            kind = ANNOTATIONS.get(getattr(getattr(node, "annotation", None), "id", None))
            flags[name] = [name, encoded(literal(node.value)), kind]
    for name, own in patterns.items():
        value = pattern_value(own, [source_of(cell) for cell in cells])
        if value is not None:
            flags[name] = [name, value, None]
    return list(flags.values())


def pattern_value(patterns, sources):
    for pattern in patterns:
        for source in sources:
            try:
                match = re.search(pattern, source, re.MULTILINE)
                if match:
                    start, end = replaced_span(match)[0]
                    return encoded(literal(ast.parse(source[start:end].strip(), mode="eval").body))
            except (NotLiteral, re.error, SyntaxError, ValueError):
                pass
    return None


def notebook_answer(head, text):
    try:
        return {"flags": notebook_flags(json.loads(text), json.loads(head))}
    except ValueError as error:
        return {"error": str(error)}


head, _, text = sys.stdin.buffer.read().decode("utf-8", "replace").partition("\n")
print(json.dumps(notebook_answer(head, text)))
