/** `ssh -G NAME`, of a lab's plain ssh_config, for machines without OpenSSH's client; everything else that ssh does is refused. */
const { readFileSync } = require('node:fs');

const words = process.argv.slice(2);
const valueOf = (option) => (words.includes(option) ? words[words.indexOf(option) + 1] : undefined);
const config = valueOf('-F');
if (!words.includes('-G')) {
  process.stderr.write('no ssh client is installed here\n');
  process.exit(255);
}

const name = words.at(-1);
const settings = [
  ['port', valueOf('-p')],
  ['user', valueOf('-l')],
].filter(([, value]) => value !== undefined);
let applies = true;
for (const line of config === undefined ? [] : readFileSync(config, 'utf8').split('\n')) {
  const [, key, rest] = /^\s*(\w+)\s+(.*?)\s*$/.exec(line) ?? [];
  if (key === undefined) continue;
  const value = rest.replace(/^"(.*)"$/, '$1');
  if (key.toLowerCase() === 'host') applies = rest.split(/\s+/).some((each) => each === '*' || each === name);
  else if (applies) settings.push([key.toLowerCase(), value]);
}
settings.push(['hostname', name], ['port', '22'], ['user', process.env.USER ?? 'nobody']);

// As in ssh, the first value counts; only these keys may stand several times.
const printed = new Set();
for (const [key, value] of settings) {
  if (printed.has(key) && !['identityfile', 'certificatefile', 'sendenv', 'setenv'].includes(key)) continue;
  printed.add(key);
  process.stdout.write(`${key} ${value}\n`);
}
if (config !== undefined) process.stderr.write(`debug1: Reading configuration data ${config}\n`);
