import { NOTEBOOK_CELLS } from '#protocol';
import answer from './python/answer.py';
import argparseCalls from './python/argparse_calls.py';
import askScript from './python/ask_script.py';
import clickOptions from './python/click_options.py';
import literals from './python/literals.py';
import moduleNames from './python/module_names.py';
import notebook from './python/notebook.py';

/** Reads a script's text on standard input and says what its syntax tells of its flags. */
export const READ_SYNTAX: string = [literals, moduleNames, argparseCalls, clickOptions, answer].join('\n\n');

/** Reads a notebook's flags. Standard input: a line of JSON with patterns by flag, then the notebook. */
export const READ_NOTEBOOK: string = [literals, NOTEBOOK_CELLS, notebook].join('\n\n');

/** Runs a script as far as its parser. Arguments: the script, `argparse` or `click`, and the words before its flags. */
export const ASK_SCRIPT: string = askScript;
