/**
 * The supervisor: POSIX sh, in a session of its own, needing neither Node nor agent. It claims the attempt, starts the program
 * with each of its streams appended to a file, and when it has ended writes the exit receipt. With SYNC_RUN_OUTPUT=1, which is Guild's,
 * both streams are one.
 *
 *     sh supervisor.sh RUN_DIR ATTEMPT RUN_ID LIMIT GRACE MEMORY FAULT COMMAND ARG...
 *
 * LIMIT is in seconds or empty: a last resort past the agent's own enforcement of `--stop-after`, for when no agent lives.
 * MEMORY is the file in which the kernel counts what it killed for want of memory. The environment is the program's own; the
 * run's tag is added for the program alone, so that a scan for it never finds the tools used here. As few of those as can be:
 * each is a fork for each of thousands of trials. Receipts are written over the places reserved for them (agent/home/reserved.ts),
 * because the program may have filled the disk. Variables are called `sv_…` because one that the environment already had
 * would reach the program changed.
 */
export const SUPERVISOR_SCRIPT = `#!/bin/sh
sv_run=$1 sv_attempt=$2 sv_id=$3 sv_limit=$4 sv_grace=$5 sv_memory=$6 sv_fault=$7
shift 7
trap '' HUP INT QUIT TERM
sv_program_path=$PATH
PATH=/usr/bin:/bin:/usr/sbin:/sbin:$PATH
sv_here=$sv_run/.guild/sortie/attempts/$sv_attempt

# A second supervisor of this attempt finds the claim taken, and leaves without a trace.
mkdir "$sv_here/claim" 2>/dev/null || { rmdir "$sv_here/spare" && mkdir "$sv_here/claim"; } 2>/dev/null || exit 0

# Sets self, start and boot to those of the (sub)shell that calls it.
identify() {
  if read -r sv_stat 2>/dev/null </proc/self/stat && read -r sv_boot </proc/sys/kernel/random/boot_id; then
    sv_self=\${sv_stat%% *}
    set -- \${sv_stat##*) }
    sv_start=\${20}
  else
    sv_self=$(exec sh -c 'echo $PPID')
    sv_start=$(LC_ALL=C ps -o lstart= -p "$sv_self" | tr -s ' ')
    sv_start=\${sv_start% }
    sv_boot=$(sysctl -n kern.bootsessionuuid)
  fi
}
crash_at() { [ "$sv_fault" != "supervisor-$1" ] || kill -9 $$; }
user_init() { . "$sv_here/init.sh"; }
sv_refuse() {
  printf 'sortie: %s\\n' "$1" >&2
  exit 1
}
memory_kills() {
  sv_kills=
  while read -r sv_key sv_value; do [ "$sv_key" != oom_kill ] || sv_kills=$sv_value; done <"$sv_memory"
}
now() {
  sv_now=$(date +%s%N)
  case $sv_now in *[!0-9]*) sv_now=$(date +%s)000000000 ;; esac
  sv_now=\${sv_now%???}
}

identify
sv_nameless=
printf '%s\\t%s\\t%s\\n' "$sv_self" "$sv_start" "$sv_boot" >"$sv_here/claim/supervisor" || sv_nameless=1
crash_at claimed

sv_watchdog=
if [ -n "$sv_limit" ] && [ -d /proc/self ]; then
  (
    trap 'kill $! 2>/dev/null; exit 0' TERM
    tagged() { grep -alsx "SORTIE_RUN_ID=$sv_id" -z /proc/[0-9]*/environ | while IFS=/ read -r _ _ sv_pid _; do kill "-$1" "$sv_pid" 2>/dev/null; done; }
    sleep "$sv_limit" & wait $!
    [ -e "$sv_here/stop.json" ] || { printf '{"why":"stop-after"}\\n' 1<>"$sv_here/stop.json.tmp" && mv "$sv_here/stop.json.tmp" "$sv_here/stop.json"; }
    tagged TERM
    sleep "$sv_grace" & wait $!
    tagged KILL
  ) </dev/null >/dev/null 2>&1 &
  sv_watchdog=$!
fi

if [ -e "$sv_here/stop.json" ]; then
  sv_status=143
  read -r sv_stop <"$sv_here/stop.json"
  case $sv_stop in *'"signal":"INT"'*) sv_status=130 ;; esac
elif [ -n "$sv_nameless" ]; then
  # What can't be found again is not started.
  sv_status=1
else
  # In the foreground: what a shell starts with & ignores INT and QUIT for good.
  (
    # In here, not after it: what the shell says of a program that was killed is none of the program's output.
    exec </dev/null >>"$sv_here/stdout" 2>>"$sv_here/stderr"
    trap - HUP INT QUIT TERM
    crash_at spawned
    PATH=$sv_program_path
    identify
    printf '%s' "$sv_self" >"$sv_run/.guild/LOCK"
    printf '%s\\t%s\\t%s\\n' "$sv_self" "$sv_start" "$sv_boot" 1<>"$sv_here/started"
    crash_at started
    SORTIE_RUN_ID=$sv_id
    export SORTIE_RUN_ID
    [ "\${SYNC_RUN_OUTPUT:-}" != 1 ] || exec 2>&1
    cd "$sv_run" || exit 126
    [ ! -e "$sv_here/init.sh" ] || user_init
    case $1 in
    */*)
      [ -e "$1" ] || sv_refuse "cannot find the program '$1' in $PWD"
      [ -x "$1" ] || sv_refuse "the program '$1' is not executable" ;;
    *) command -v "$1" >/dev/null 2>&1 || sv_refuse "cannot find the program '$1' on PATH: $PATH" ;;
    esac
    exec "$@"
  )
  sv_status=$?
fi
crash_at ended
[ -z "$sv_watchdog" ] || kill "$sv_watchdog" 2>/dev/null

# The shell tells a signal n as 128 + n; a program that exits with such a number by itself looks the same to every shell.
if [ "$sv_status" -gt 128 ] && [ "$sv_status" -lt 193 ]; then sv_status=-$((sv_status - 128)); fi
sv_kills=
if [ "$sv_status" = -9 ] && [ -r "$sv_memory" ]; then memory_kills; fi
now
# A full disk must not lose the receipt, also where nothing could be reserved: try again for as long as there is a run to write it for.
until printf '%s\\t%s\\t%s\\n' "$sv_status" "$sv_now" "$sv_kills" 1<>"$sv_here/exit.tmp" &&
  { sync "$sv_here/exit.tmp" 2>/dev/null || sync; } && mv "$sv_here/exit.tmp" "$sv_here/exit"; do
  [ -d "$sv_here" ] || exit 1
  sleep 5
done
crash_at receipt
cd "$sv_run/.guild/attrs" || exit 0
printf '%s\\n' "$sv_status" >exit_status || rm -f exit_status
printf '%s\\n' "$sv_now" >stopped || rm -f stopped
rm -f "$sv_run/.guild/LOCK"
`;
