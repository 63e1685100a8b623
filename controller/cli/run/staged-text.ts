/** What is said of a run that was only made, and how to start it. `remote`: where it waits, unless that is here. */
export function stagedText(operation: string, id: string, remote: string | null = null): string {
  const [on, where] = remote === null ? ['', ''] : [` on ${remote}`, ` -r ${remote}`];
  return `${operation} staged${on} as ${id}\nTo start the operation, use 'sortie run${where} --start ${id}'\n`;
}
