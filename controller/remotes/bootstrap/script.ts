import type { RuntimeNames } from '../runtime/index.ts';

/**
 * What runs on a host at the first contact: POSIX sh, and only programs that every Linux has. It looks for agent and runtime, asks for
 * what is missing or damaged over its standard input, and becomes `agent ensure` (or another ACT of the agent's). Every line that is meant for us begins with the word
 * SORTIE-BOOT; anything else is noise of the account's rc files.
 *
 * It reads variables that are set before it: ACT, WANT_HOME, AGENT (the version wanted: the first digits of the bundle's SHA-256), RUNTIME_x64 and RUNTIME_arm64 (the names of the
 * runtime folders), BARE_x64 and BARE_arm64 (the same for a host without libatomic). Nothing that it needs later comes unasked, so that no program's read-ahead can swallow it.
 */
const BOOTSTRAP_SCRIPT = String.raw`
umask 077
tell() { printf '\nSORTIE-BOOT %s\n' "$*"; }
tmp=
fail() { [ -z "$tmp" ] || rm -f "$tmp" "$tmp.gz"; tell fail "$@"; exit 1; }
home=$WANT_HOME
[ -n "$home" ] || home=$SORTIE_HOME
[ -n "$home" ] || home=$HOME/.sortie
case $home in '~') home=$HOME ;; '~/'*) home=$HOME/$(printf %s "$home" | cut -c3-) ;; /*) ;; *) home=$HOME/$home ;; esac
# Whoever asks about agents starts none.
[ "$ACT" = ensure ] || [ -d "$home/agents" ] || fail no-agent
why=$(mkdir -p "$home/agents" "$home/runtime" 2>&1) || case $why in
  *[Nn]o\ space*|*[Qq]uota*) fail no-space "$home" ;;
  *) fail home-not-writable "$home" ;;
esac
[ -w "$home/agents" ] && [ -w "$home/runtime" ] || fail home-not-writable "$home"

os=$(uname -s) arch=$(uname -m)
case $arch in
  x86_64|amd64) RUNTIME=$RUNTIME_x64 BARE=$BARE_x64 ;;
  aarch64|arm64) RUNTIME=$RUNTIME_arm64 BARE=$BARE_arm64 ;;
  *) RUNTIME=none BARE=none ;;
esac
has_libatomic() {
  for each in /lib /lib64 /usr/lib /usr/lib64 /lib/*-linux-gnu /usr/lib/*-linux-gnu; do
    [ -e "$each/libatomic.so.1" ] && return 0
  done
  ldconfig -p 2>/dev/null | grep 'libatomic[.]so[.]1' >/dev/null
}
wanted=runtime
has_libatomic || { RUNTIME=$BARE wanted=bare-runtime; }
# A home may be shared by hosts: no two processes have one name for what they write.
mine=.new.$(uname -n).$$

# Node 20.0 to 20.7 bind every abstract socket to one name, or to none: locks by such names would all be the same one.
PROBE='
const server = (name, next) => require("net").createServer().on("error", () => process.exit(1))
  .listen(("\0sortie-probe-" + name + process.pid).padEnd(108, "="), next);
if (parseInt(process.versions.node) < 20) process.exit(1);
server("a", () => server("b", () => console.log("usable") || process.exit(0)));
'
# By its word, because sh runs an empty file without complaint.
usable() { [ -x "$1" ] && [ "$("$1" -e "$PROBE" </dev/null 2>/dev/null)" = usable ]; }
find_node() {
  for node in "$home/runtime/$RUNTIME/node" "$home"/runtime/*/node "$(command -v node 2>/dev/null)" "$(command -v nodejs 2>/dev/null)"; do
    usable "$node" && return 0
  done
  return 1
}
can_execute() {
  probe=$home/runtime/$mine
  printf '#!/bin/sh\n' >"$probe" && chmod 700 "$probe" || fail no-space "$home"
  "$probe" 2>/dev/null
  ran=$?
  rm -f "$probe"
  return $ran
}
libc() {
  getconf GNU_LIBC_VERSION 2>/dev/null | tr ' ' - | tr -cd 'a-z0-9.-' | grep . && return
  for each in /lib/ld-musl-*; do [ -e "$each" ] && echo musl && return; done
}
sha_of() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum <"$1" | cut -c1-64
  elif command -v shasum >/dev/null 2>&1; then shasum -a 256 <"$1" | cut -c1-64
  else openssl dgst -sha256 <"$1" | sed 's/.*= *//'; fi
}
put() { # put DIR NAME: size and hash were read; the bytes follow on stdin, gzipped
  mkdir -p "$1" || fail home-not-writable "$1"
  # What a power cut left of another one.
  find "$1" -name '.new.*' -mtime +1 -exec rm -f {} \; 2>/dev/null
  tmp=$1/$mine
  head -c "$size" >"$tmp.gz" || fail no-space "$1"
  [ "$(wc -c <"$tmp.gz" | tr -d ' ')" = "$size" ] || fail cut-short "$2"
  got=$(sha_of "$tmp.gz")
  [ -n "$got" ] || fail no-checksum-program
  [ "$got" = "$sha" ] || fail checksum "$2"
  gzip -dc <"$tmp.gz" >"$tmp" || fail no-space "$1"
  # Its name is believed later: a power cut must not leave it less.
  sync "$tmp" 2>/dev/null || sync
  chmod 700 "$tmp" && mv -f "$tmp" "$1/$2" || fail home-not-writable "$1"
  rm -f "$tmp.gz"
  tmp=
}
prune() { # prune DIR KEEP: folders that no bootstrap has used for two months
  for each in "$1"/*; do
    [ "$each" = "$2" ] || find "$each" -prune -type d -mtime +60 -exec rm -rf {} \; 2>/dev/null
  done
}
sent= came=
while :; do
  need=
  bundle=$home/agents/$AGENT/agent.cjs
  [ -f "$bundle" ] && [ "$(sha_of "$bundle" | cut -c1-16)" = "$AGENT" ] || need=agent
  if ! find_node; then
    if [ -n "$sent" ]; then
      why=$("$home/runtime/$RUNTIME/node" --version 2>&1 | head -c 600 | tr '\n' ' ')
      fail runtime-unusable "$home $why"
    fi
    need="$need $wanted"
  fi
  if [ -z "$need" ]; then
    touch "$home/agents/$AGENT" 2>/dev/null
    case $node in "$home"/runtime/*) touch "$(dirname "$node")" 2>/dev/null ;; esac
    prune "$home/agents" "$home/agents/$AGENT"
    prune "$home/runtime" "$(dirname "$node")"
    exec "$node" "$bundle" "$ACT" --home "$home"
  fi
  case $need in *runtime*) can_execute || fail noexec-home "$home" ;; esac
  free=$(df -Pk "$home" 2>/dev/null | awk 'NR==2{print $4}')
  tell need "$os" "$arch" "$(libc)_" "$(printf %s "$free" | tr -cd 0-9)_" $need
  read -r what size sha || exit 1
  case $what in
    agent)
      [ -z "$came" ] || fail checksum agent.cjs
      put "$home/agents/$AGENT" agent.cjs
      came=1 ;;
    runtime) put "$home/runtime/$RUNTIME" node; sent=1 ;;
    *) exit 1 ;;
  esac
done
`;

/** The command that any login shell (dash, bash, tcsh, fish, …) takes as one simple command; the script of so many bytes comes on standard input. */
export function evalCommand(length: number): string {
  return `exec /bin/sh -c 'eval "$(head -c ${length})"'`;
}

/** What the agent's program is to do: see that an agent is up, tell of those that are, or have the idle ones leave. */
export type AgentAct = 'ensure' | 'agents' | 'stop';

/** The script with its variables set. */
export function bootstrapScript(variables: {
  readonly act: AgentAct;
  readonly home: string;
  readonly agent: string;
  readonly runtimes: RuntimeNames;
}): Buffer {
  const { act, home, agent, runtimes } = variables;
  return Buffer.from(
    [
      `ACT=${quote(act)}`,
      `WANT_HOME=${quote(home)}`,
      `AGENT=${quote(agent)}`,
      `RUNTIME_x64=${quote(runtimes.usual.x64)}`,
      `RUNTIME_arm64=${quote(runtimes.usual.arm64)}`,
      `BARE_x64=${quote(runtimes.bare.x64)}`,
      `BARE_arm64=${quote(runtimes.bare.arm64)}`,
      BOOTSTRAP_SCRIPT,
    ].join('\n'),
  );
}

/** A word that sh takes as it stands. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
