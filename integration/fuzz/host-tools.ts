import { parseDevice, parseMigParts, parseProcess } from '../../agent/gpus/nvidia-table.ts';
import { parseRocm } from '../../agent/gpus/rocm-table.ts';
import { parseMounts } from '../../agent/host/noexec.ts';
import { parseStat } from '../../agent/platform/linux.ts';
import { parseIdentity } from '../../agent/process/identity.ts';
import { parseExit } from '../../agent/state/receipts.ts';
import { bootError, parseBootLine } from '../../controller/remotes/bootstrap/boot-line.ts';
import { parseSettings } from '../../controller/remotes/config/ssh-config.ts';
import { hostsMatch, parseKnownHosts } from '../../controller/remotes/host-keys/known-hosts.ts';
import { ensure, type Parser } from './fuzz.ts';
import { ensureMeasure } from './values.ts';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIJ8mXw3vVZ0n2gq8yq1m2r2b8m0m0Yt8m3v0w4hFJXhU';

function whole(value: number, what: string): void {
  ensure(Number.isSafeInteger(value) && value >= 0, `${what} to be a whole number, got ${value}`);
}

export const HOST_TOOLS: readonly Parser[] = [
  {
    name: "nvidia-smi's tables",
    samples: [
      '0, GPU-5c9f, NVIDIA H100 80GB HBM3, 97, 1024, 81559, 45, 310.55',
      '1, GPU-77aa, NVIDIA A100, [N/A], [Not Supported], 40960, [Unknown Error], [N/A]',
      '2026/01/31 09:05:00.123, GPU-5c9f, 4711, 1024, python, train.py',
      'GPU 0: NVIDIA A100 (UUID: GPU-5c9f)\n  MIG 3g.20gb     Device  0: (UUID: MIG-aaaa)\n',
    ],
    cases: {
      'an index past any': `${'9'.repeat(400)}, GPU-1, name, 1, 2, 3, 4, 5`,
      'a measure past any': `0, GPU-1, name, ${'9'.repeat(400)}, 2, 3, 4, 5`,
    },
    read: (input) => {
      const text = input.toString('utf8');
      const device = parseDevice(text);
      if (device !== null) {
        whole(device.index, 'an index');
        for (const of of ['utilisation', 'memoryUsed', 'memoryTotal', 'temperature', 'power'] as const)
          ensureMeasure(device[of]);
      }
      const process = parseProcess(text);
      if (process !== null) whole(process.pid, 'a pid');
      for (const { number } of parseMigParts(text)) whole(number, "a part's number");
    },
  },
  {
    name: "rocm-smi's JSON",
    samples: [
      'WARNING: x\n{"card0": {"Unique ID": "0x1f", "Card Series": "MI250", "GPU use (%)": "3", "VRAM Total Memory (B)": "68702699520", "VRAM Total Used Memory (B)": "10", "Temperature (Sensor junction) (C)": "41.0", "Average Graphics Package Power (W)": "N/A"}, "system": {}}',
    ],
    cases: {
      'no card': '{"card0": null}',
      'a card past any': `{"card${'9'.repeat(400)}": {}}`,
      'a field that is an object': '{"card0": {"Unique ID": {"toString": 1}}}',
    },
    read: (input) => {
      for (const device of parseRocm(input.toString('utf8')) ?? []) {
        whole(device.index, 'an index');
        for (const of of ['utilisation', 'memoryUsed', 'memoryTotal', 'temperature', 'power'] as const)
          ensureMeasure(device[of]);
      }
    },
  },
  {
    name: 'the boot line',
    samples: [
      'SORTIE-BOOT need Linux x86_64 _glibc-2.36 _1234567 agent bare-runtime',
      'SORTIE-BOOT fail home-not-writable /home/ann/.sortie',
    ],
    cases: {
      'room that is no number': 'SORTIE-BOOT need Linux x86_64 _ _12x agent',
      'nothing behind the word': 'SORTIE-BOOT ',
    },
    read: (input) => {
      const line = parseBootLine(input.toString('utf8'));
      if (line?.kind === 'need') {
        if (line.freeKib !== null) whole(line.freeKib, 'free KiB');
        ensure(
          line.needs.every((need) => need === 'agent' || need === 'runtime'),
          'needs that are known',
        );
      }
      if (line?.kind === 'fail') ensure(bootError('box', line.code, line.detail).message !== '', 'words');
    },
  },
  {
    name: 'known_hosts',
    samples: [
      `# a comment\nbox,192.0.2.1,!not.example,*.example ssh-ed25519 ${KEY} ann@laptop\n@revoked [box]:2222 ssh-ed25519 ${KEY}\n`,
      `|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 ${KEY}\n@cert-authority *.example ssh-ed25519 ${KEY}`,
    ],
    cases: { 'a pattern of nothing but stars': `${'*a'.repeat(2000)}b ssh-ed25519 ${KEY}` },
    read: (input) => {
      for (const line of parseKnownHosts(input.toString('utf8'), 'known_hosts')) {
        ensure(line.key.length >= 4 && line.line >= 1, 'a key and a line');
        hostsMatch(line.hosts, 'a'.repeat(300));
        hostsMatch(line.hosts, '[box]:2222');
      }
    },
  },
  {
    name: 'ssh -G',
    samples: [
      'user ann\nhostname box.example\nport 22\nidentityfile ~/.ssh/id_ed25519\nidentityfile ~/.ssh/id_rsa\nproxyjump none\n',
    ],
    cases: { 'a key that stands 30,000 times': 'a b\n'.repeat(30_000) },
    read: (input) => {
      for (const [key, values] of parseSettings(input.toString('utf8')))
        ensure(key === key.toLowerCase() && values.length > 0, 'settings by lower-case names');
    },
  },
  {
    name: 'what supervisors and /proc say',
    samples: [
      '0\t1700000000000000\t3\n    ',
      '-9\t1700000000000000\t\n',
      '4711\t123456\tboot-id\n   ',
      '4711 (a) b) S 1 4711 4711 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 123456 1 1',
      '/dev/sda1 / ext4 rw,noexec 0 0\ntmpfs /tmp\\040x tmpfs rw 0 0\n',
    ],
    cases: {
      'an exit past any': `${'9'.repeat(400)}\t1\t\n`,
      'a pid past any': `${'9'.repeat(400)}\ta\tb\n`,
    },
    read: (input) => {
      const text = input.toString('utf8');
      const exit = parseExit(text);
      if (exit !== null) {
        ensure(Number.isSafeInteger(exit.status), `an exit status, got ${exit.status}`);
        whole(exit.at, 'a time');
        if (exit.memoryKills !== null) whole(exit.memoryKills, 'a count');
      }
      const identity = parseIdentity(text);
      if (identity !== null) whole(identity.pid, 'a pid');
      parseStat(text);
      parseMounts(text);
    },
  },
];
