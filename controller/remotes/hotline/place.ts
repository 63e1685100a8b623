import { join } from 'node:path';

/** The file that says at which socket questions of a run are answered; there for as long as they are. */
export function hotlineFile(home: string, id: string): string {
  return join(home, 'cache', 'hotlines', id);
}

/** What is said over it, a line of JSON each: one question and its answer a connection, or that no more will come. */
export type HotlineCall =
  | { readonly ask: { readonly text: string; readonly hidden: boolean } }
  | { readonly through: true };

export type HotlineAnswer = { readonly answer: string } | { readonly refused: string };
