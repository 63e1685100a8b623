"""Executes a notebook in place by nbconvert, says what its cells say, and leaves a page and its pictures beside it."""

import base64
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys

ESCAPES = re.compile("\x1b\\[[0-9;]*m")


def execute(name, show_input):
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    program = converter()
    say("Executing %s" % name)
    status = by_module(name) if program is None else by_program(program, name)
    if status != 0:
        sys.exit(status)
    save_images(name)
    say("Saving HTML")
    if program is None:
        save_page(name, show_input)
    else:
        no_input = [] if show_input else ["--no-input"]
        subprocess.call(program + ["-y", "--log-level", "ERROR", "--to", "html"] + no_input + [name])


def say(text):
    print(text, file=sys.stderr, flush=True)


def converter():
    """None where this interpreter has nbconvert; else a program that is it."""
    if importlib.util.find_spec("nbconvert") is not None:
        return None
    jupyter = shutil.which("jupyter")
    if jupyter is None:
        sys.exit(
            "nbconvert is required to run notebooks, and %s has none: install it on this host by running\n"
            "'%s -m pip install nbconvert ipykernel', and try again" % (sys.executable, sys.executable)
        )
    return [jupyter, "nbconvert"]


def by_module(name):
    """What cells print is told as it comes. Whatever becomes of them, the notebook keeps what they gave."""
    import nbformat
    from nbconvert.preprocessors import CellExecutionError, ExecutePreprocessor

    class Telling(ExecutePreprocessor):
        def process_message(self, msg, cell, cell_index):
            tell(msg["header"]["msg_type"], msg["content"])
            return super().process_message(msg, cell, cell_index)

    notebook = nbformat.read(name, as_version=4)
    try:
        Telling(timeout=None).preprocess(notebook, {"metadata": {"path": os.getcwd()}})
    except CellExecutionError:
        return 1
    except Exception as error:
        if type(error).__name__ != "NoSuchKernel":
            raise
        kernel = getattr(error, "name", "python3")
        say(
            "there is no kernel '%s' to run the notebook with: for Python's, run '%s -m pip install ipykernel' "
            "on this host, and try again" % (kernel, sys.executable)
        )
        return 1
    finally:
        nbformat.write(notebook, name)
    return 0


def save_page(name, show_input):
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter(exclude_input=not show_input).from_filename(name)
    with open(os.path.splitext(name)[0] + ".html", "w", encoding="utf-8") as file:
        file.write(page)


def by_program(program, name):
    """Another Python's nbconvert tells nothing before the end."""
    status = subprocess.call(program + ["-y", "--log-level", "WARN", "--to", "notebook", "--execute", "--inplace", name])
    if status == 0:
        for output in outputs_of(name):
            tell(output[0].get("output_type"), output[0])
    return status


def tell(kind, content):
    if kind == "stream":
        stream = sys.stderr if content.get("name") == "stderr" else sys.stdout
        text = content.get("text", "")
        stream.write(text if isinstance(text, str) else "".join(text))
        stream.flush()
    elif kind == "execute_result":
        text = content.get("data", {}).get("text/plain", "")
        text = text if isinstance(text, str) else "".join(text)
        print("Out[%s]: %s" % (content.get("execution_count", "?"), text), flush=True)
    elif kind == "error":
        say(ESCAPES.sub("", "\n".join(content.get("traceback", []))))


def outputs_of(name):
    """(output, number of its cell, its place there)."""
    with open(name, encoding="utf-8") as file:
        notebook = json.load(file)
    for cell in notebook.get("cells", []):
        for place, output in enumerate(cell.get("outputs", [])):
            yield output, cell.get("execution_count"), place


def save_images(name):
    if os.environ.get("NB_NO_IMAGES") == "1":
        return
    base = os.path.splitext(name)[0]
    for output, number, place in outputs_of(name):
        image = output.get("data", {}).get("image/png")
        if output.get("output_type") == "display_data" and image:
            text = image if isinstance(image, str) else "".join(image)
            with open("%s_%s_%d.png" % (base, number, place), "wb") as file:
                file.write(base64.b64decode(text))
