/** What people call the variables that hold passwords and keys: GITHUB_TOKEN, AWS_SECRET_ACCESS_KEY, WANDB_API_KEY. TOKENIZERS_PARALLELISM is none. */
const SECRET_NAME =
  /passw(or)?d|passphrase|token(?!iz)|secret|credential|(api|access|private|auth|signing|encryption)_?key/i;

/** Whether a variable's value is secret, by its name or because the operation's `env-secrets` names it: it is written nowhere but where the run gets it from. */
export function isSecret(name: string, named: Iterable<string>): boolean {
  return SECRET_NAME.test(name) || [...named].includes(name);
}
