/** What people type who come from other tools, and what does that here. */
const MEANT: readonly (readonly [words: readonly string[], instead: string])[] = [
  [['status', 'info', 'show', 'describe'], "'sortie runs' lists runs, 'sortie runs info RUN' shows one"],
  [['queue', 'squeue', 'jobs'], "'sortie ps' lists what is running or pending"],
  [['cancel', 'scancel', 'abort'], "'sortie stop RUN' stops a run or batch"],
  [['log', 'tail', 'output'], "'sortie logs -f RUN' follows a run's output"],
  [['submit', 'sbatch', 'exec', 'start', 'launch'], "'sortie run SCRIPT FLAG=VAL' starts a run"],
  [['restart', 'rerun', 'retry'], "'sortie run --restart RUN' starts a run again"],
  [['ssh', 'shell', 'login'], "'ssh HOST' works as ever; runs are in ~/.sortie/runs there"],
  [['fetch', 'download', 'scp', 'rsync', 'sync', 'cp'], "'sortie pull RUN' copies a run's files here"],
  [
    ['gpus', 'gpu', 'nvidia-smi', 'hosts', 'nodes', 'sinfo'],
    "'sortie top' shows hosts, their GPUs and what runs there",
  ],
  [
    ['add', 'config', 'configure', 'setup', 'init'],
    "no setup is needed: 'sortie run SCRIPT -r HOST' with any host that ssh knows",
  ],
  [['best', 'results', 'metrics'], "'sortie compare --min loss' compares runs"],
  [['view', 'ui', 'dashboard', 'tui'], "'sortie watch' or 'sortie top' takes the screen"],
  [['version'], "'sortie --version' shows the version"],
];

/** What to type instead of a command that there isn't; undefined where nothing is known. */
export function meantBy(word: string, isFile: (path: string) => boolean): string | undefined {
  const known = MEANT.find(([words]) => words.includes(word));
  if (known !== undefined) return known[1];
  return isFile(word) ? `'sortie run ${word}' runs it` : undefined;
}
