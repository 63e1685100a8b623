/** The one place that knows Ink: rows in, keys out. */
import { Box, render, Text, useApp, useInput, usePaste, type Instance } from 'ink';
import { createElement, memo, type ReactNode } from 'react';
import { chordsOf } from './chord.ts';
import { frameStream } from './frame-stream.ts';
import { doesReflow, eraseReflowed } from './reflow.ts';
import type { Size, Terminal } from './terminal.ts';

export interface ScreenOptions {
  readonly terminal: Terminal;
  /** On a screen of its own, which leaves what was there untouched. */
  readonly isAlternate: boolean;
  readonly onKey: (chord: string) => void;
  readonly onPaste: (text: string) => void;
}

export interface Screen {
  /** Shows these rows instead of the last ones; only what differs is sent. */
  paint(rows: readonly string[]): void;
  /** Takes away the last frame as the terminal's new size left it. Called before anything is painted at that size. */
  resized(size: Size): void;
  /** Lends the terminal to someone else until the work is done. */
  lend(work: () => Promise<void>): Promise<void>;
  /** Gives the terminal back as it was. Works at once, so that it can be the last act of a dying program. */
  close(): void;
}

/** Ink's own throttle is as good as off: the pacer bounds frames, and what was painted last must be what is on the screen. */
const MAX_FRAMES = 1000;

export function openScreen({ terminal, isAlternate, onKey, onPaste }: ScreenOptions): Screen {
  let lendTerminal: Lend = async (work) => work();
  const tree = (rows: readonly string[]) =>
    createElement(Rows, { rows, onKey, onPaste, onLend: (lend: Lend) => (lendTerminal = lend) });
  const inline = isAlternate ? null : frameStream(terminal.stdout);
  const reflows = doesReflow(terminal.env);
  // The first is a row too, where the terminal changes before another is painted.
  let last: readonly string[] = [' '];
  const instance: Instance = render(tree(last), {
    stdin: terminal.stdin,
    stdout: inline?.stream ?? terminal.stdout,
    stderr: terminal.stderr,
    // Ink would take a CI variable for the absence of a terminal; that was decided before.
    interactive: true,
    alternateScreen: isAlternate,
    incrementalRendering: true,
    exitOnCtrlC: false,
    patchConsole: true,
    maxFps: MAX_FRAMES,
    isScreenReaderEnabled: false,
  });
  return {
    paint: (rows) => {
      last = rows;
      instance.rerender(tree(rows));
    },
    resized: ({ columns, rows }) => {
      if (inline === null) return;
      terminal.stdout.write(eraseReflowed(last, { columns, rows, reflows }));
      inline.muted(() => {
        inline.resized();
        instance.clear();
      });
    },
    lend: (work) => lendTerminal(work),
    close: () => {
      if (!isAlternate) instance.clear();
      instance.unmount();
    },
  };
}

type Lend = (work: () => Promise<void>) => Promise<void>;

interface RowsProps extends Pick<ScreenOptions, 'onKey' | 'onPaste'> {
  readonly rows: readonly string[];
  readonly onLend: (lend: Lend) => void;
}

/** One text a row, composed and cut before: Ink lays out nothing but their order. */
export function Rows({ rows, onKey, onPaste, onLend }: RowsProps): ReactNode {
  const { suspendTerminal } = useApp();
  onLend(async (work) => {
    await suspendTerminal(work);
  });
  useInput((input, key) => {
    for (const chord of chordsOf(input, { ...key })) onKey(chord);
  });
  usePaste(onPaste);
  return createElement(
    Box,
    { flexDirection: 'column' },
    rows.map((text, index) => createElement(Row, { key: index, text })),
  );
}

/** A row without anything would have no height. */
const Row = memo(({ text }: { readonly text: string }) =>
  createElement(Text, { wrap: 'truncate-end' }, text === '' ? ' ' : text),
);
