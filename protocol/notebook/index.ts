import notebookCells from './notebook_cells.py';

/** A Python module that knows what is Python in a notebook's cells: for whoever reads flags from them, and for whoever puts flags into them. */
export const NOTEBOOK_CELLS: string = notebookCells;
