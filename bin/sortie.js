#!/usr/bin/env node
// Plain JavaScript that any Node with modules parses: starts dist/ with a fit Node, or says what is missing.
import { spawn } from 'child_process';
import { existsSync, readdirSync } from 'fs';
import { homedir } from 'os';
import { delimiter, dirname, join } from 'path';
import { fileURLToPath, pathToFileURL } from 'url';

const NEEDED = [22, 15];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const entry = join(root, 'dist', 'sortie.mjs');

function isFit(version) {
  const parts = version.replace(/^v/, '').split('.').map(Number);
  return parts[0] > NEEDED[0] || (parts[0] === NEEDED[0] && parts[1] >= NEEDED[1]);
}

/** Node binaries that may be fit, nearest first: one named by the user, the package's own, one beside it, those kept for hosts, PATH. */
function candidates() {
  const home = process.env.SORTIE_HOME || join(homedir(), '.sortie');
  const kept = join(home, 'runtime');
  const found = [process.env.SORTIE_NODE, join(root, 'node_modules/node/bin/node'), join(root, '../node/bin/node')];
  if (existsSync(kept)) for (const name of readdirSync(kept)) found.push(join(kept, name, 'node'));
  for (const folder of (process.env.PATH || '').split(delimiter)) found.push(join(folder, 'node'));
  return found.filter((path) => path && path !== process.execPath && existsSync(path));
}

async function versionOf(path) {
  return new Promise((resolve) => {
    const child = spawn(path, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('error', () => resolve('v0'));
    child.on('close', () => resolve(text.trim() || 'v0'));
  });
}

async function startWithAnother() {
  for (const path of candidates()) {
    if (!isFit(await versionOf(path))) continue;
    const child = spawn(path, [fileURLToPath(import.meta.url)].concat(process.argv.slice(2)), { stdio: 'inherit' });
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    // A terminal sends ^C to both; a signal sent to this process alone is passed on.
    const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    for (const signal of signals) process.on(signal, () => (signal === 'SIGINT' && hasTerminal) || child.kill(signal));
    child.on('close', (code, signal) => {
      for (const name of signals) process.removeAllListeners(name);
      if (signal) process.kill(process.pid, signal);
      else process.exit(code === null ? 1 : code);
    });
    return;
  }
  process.stderr.write(
    'sortie: Node ' + NEEDED.join('.') + ' or later is needed; this is ' + process.version + ' (' + process.execPath + ')\n' +
      "hint: 'npm install node@26' beside sortie brings one, or set SORTIE_NODE to a Node binary\n",
  );
  process.exit(2);
}

if (!existsSync(entry)) {
  process.stderr.write("sortie: dist/ is missing\nhint: 'npm run build' makes it\n");
  process.exit(2);
} else if (isFit(process.version)) {
  const { enableCompileCache } = await import('module');
  enableCompileCache();
  await import(pathToFileURL(entry).href);
} else {
  await startWithAnother();
}
