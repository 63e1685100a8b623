import opBreaks from './op_breaks.py';
import { NOTEBOOK_CELLS } from '#protocol';
import opFlags from './op_flags.py';
import opExecute from './op_execute.py';
import opMain from './op_main.py';
import opModule from './op_module.py';
import opNotebook from './op_notebook.py';
import opTerminal from './op_terminal.py';

/** The Python wrapper, by file name: laid beside the agent on each host, at what `${sortie_python}` stands for. */
export const PYTHON_FILES: Readonly<Record<string, string>> = {
  'op_breaks.py': opBreaks,
  'notebook_cells.py': NOTEBOOK_CELLS,
  'op_execute.py': opExecute,
  'op_flags.py': opFlags,
  'op_main.py': opMain,
  'op_module.py': opModule,
  'op_notebook.py': opNotebook,
  'op_terminal.py': opTerminal,
};
