import type { Gpu } from '#protocol';
import { isFinal, shortId } from '#protocol';
import { formatBytes, formatClock, formatMemory, formatPercent, formatRough } from '../format.ts';
import { hearing } from '../freshness.ts';
import type { HostView } from '../state.ts';
import { displayWidth, fit } from '../width.ts';
import { line, type Part } from './line.ts';
import { bar, level } from './marks.ts';
import type { View } from './view.ts';

const GPU_WIDTH = 14;
/** A device with less than this in use, and no process, is free. MiB: drivers keep some for themselves. */
const IDLE_MEMORY = 1024;

/** One row a host, for the top of a batch: link, devices, what waits. At most `rows` rows, the hosts that need attention first. */
export function hostRows(view: View, rows: number): readonly string[] {
  const hosts = [...view.state.hosts.values()];
  if (rows <= 0 || hosts.length === 0) return [];
  const shown =
    hosts.length <= rows
      ? hosts
      : [...hosts].sort((a, b) => trouble(view, b) - trouble(view, a)).slice(0, Math.max(1, rows - 1));
  const nameWidth = Math.min(20, Math.max(6, ...shown.map(({ name }) => displayWidth(name))));
  const hidden = hosts.length - shown.length;
  return [
    ...shown.map((host) => hostRow(view, host, nameWidth)),
    ...(hidden > 0 && rows > 1 ? [view.paint('quiet', `  and ${hidden} more hosts`)] : []),
  ];
}

/** A paragraph a host, for `top`: what it is, each device with its load and whose work that is. */
export function hostParagraphs(view: View): readonly string[] {
  return [...view.state.hosts.values()].flatMap((host) => [
    line(view, [
      ['strong', host.name],
      '  ',
      ...linkParts(view, host),
      '  ',
      ['quiet', aboutHost(view, host)],
    ]),
    ...host.gpus.map((gpu) => line(view, gpuParts(view, gpu))),
  ]);
}

function hostRow(view: View, host: HostView, nameWidth: number): string {
  const link = linkParts(view, host);
  const linkWidth = 10;
  const linkText = link.map((part) => (typeof part === 'string' ? part : part[1])).join('');
  const pad = ' '.repeat(Math.max(1, linkWidth - displayWidth(linkText)));
  const queue = waitingOn(view, host);
  const end: Part[] = queue > 0 ? [['quiet', ` ${queue} waiting`]] : [];
  const name: Part[] = ['  ', ['strong', fit(host.name, nameWidth)], '  '];
  const heard = hearing(host, view.now);
  if (heard.kind === 'lost') {
    const open = openRuns(view, host);
    const unreachable =
      open > 0 ? ` ${view.glyphs.dot} ${open} running, not heard since ${formatClock(heard.since)}` : '';
    return line(view, [...name, ...link, ['quiet', `${unreachable} ${view.glyphs.dot} ${heard.reason}`]]);
  }
  const room = view.columns - nameWidth - 4 - linkWidth - 12;
  return line(view, [...name, ...link, pad, ...devices(view, host, room), ...end]);
}

/** Devices with their names spelt out where they fit, else one sign each. */
function devices(view: View, { gpus, info }: HostView, room: number): Part[] {
  if (gpus.length === 0)
    return info === null ? [] : [['quiet', `${info.slots} slot${info.slots === 1 ? '' : 's'}`]];
  if (gpus.length * (GPU_WIDTH + 1) <= room) {
    return gpus.flatMap((gpu): Part[] => [gpuCell(view, gpu), ' ']);
  }
  const busy = gpus.filter((gpu) => !isFree(gpu)).length;
  const signs = gpus.map((gpu) => level(view, (gpu.utilisation ?? 0) / 100)).join('');
  return [['busy', signs], ` ${busy}/${gpus.length} GPUs busy`];
}

/** One device: its load; or who else holds it. */
function gpuCell(view: View, gpu: Gpu): Part {
  const other = otherUser(gpu);
  if (other !== null) {
    return [
      'warn',
      fit(`${other} ${formatMemory(gpu.memoryUsed ?? 0)}`, GPU_WIDTH, { ellipsis: view.glyphs.ellipsis }),
    ];
  }
  const load = (gpu.utilisation ?? 0) / 100;
  const text = `${bar(view, load, 7)} ${gpu.utilisation === null ? '?' : formatPercent(load)}`;
  return [isFree(gpu) ? 'quiet' : 'busy', fit(text, GPU_WIDTH)];
}

function gpuParts(view: View, gpu: Gpu): readonly Part[] {
  const { glyphs } = view;
  const load = (gpu.utilisation ?? 0) / 100;
  const used = gpu.memoryUsed ?? 0;
  const total = gpu.memoryTotal ?? 0;
  const wide = view.columns >= 100;
  const width = wide ? 20 : view.columns >= 60 ? 10 : 5;
  const role = isFree(gpu) ? 'quiet' : 'busy';
  return [
    `  ${fit(String(gpu.index), 2)} `,
    ...(wide ? [`${fit(gpu.name, 24, { ellipsis: glyphs.ellipsis })} `] : []),
    [role, bar(view, load, width)],
    ` ${fit(gpu.utilisation === null ? '?' : formatPercent(load), 5, { align: 'right' })}  `,
    [role, bar(view, total === 0 ? 0 : used / total, width)],
    ` ${fit(formatMemory(used), 7, { align: 'right' })}`,
    ...(view.columns >= 60 ? [` / ${fit(formatMemory(total), 7, { align: 'right' })}`] : []),
    ...(view.columns >= 80 && gpu.temperature !== null
      ? [`  ${fit(`${Math.round(gpu.temperature)} °C`, 6)}`]
      : []),
    ...(wide && gpu.power !== null ? [` ${fit(`${Math.round(gpu.power)} W`, 5, { align: 'right' })}`] : []),
    '  ',
    userPart(view, gpu),
  ];
}

function userPart(view: View, gpu: Gpu): Part {
  if (gpu.heldBy !== null) return ['accent', shortId(gpu.heldBy)];
  const other = otherUser(gpu);
  if (other === null) return isFree(gpu) ? ['good', 'free'] : ['warn', 'in use'];
  const names = [...new Set(gpu.processes.map(({ name }) => name.split('/').at(-1) ?? name))].join(', ');
  return ['warn', `${other} ${view.glyphs.dot} ${names}`];
}

function otherUser(gpu: Gpu): string | null {
  if (gpu.heldBy !== null || gpu.processes.length === 0) return null;
  return [...new Set(gpu.processes.map(({ user }) => user))].join('+');
}

function isFree(gpu: Gpu): boolean {
  return gpu.heldBy === null && gpu.processes.length === 0 && (gpu.memoryUsed ?? 0) < IDLE_MEMORY;
}

function linkParts({ glyphs, now }: View, host: HostView): readonly Part[] {
  const heard = hearing(host, now);
  switch (heard.kind) {
    case 'live':
      return [['good', `${glyphs.live} live`]];
    case 'connecting':
      return [['warn', `${glyphs.connecting} connecting`]];
    case 'silent':
      return [['warn', `${glyphs.silent} ${formatRough(heard.forMs)}`]];
    case 'lost':
      return [
        [
          'bad',
          heard.retryInMs > 0
            ? `${glyphs.lost} retry in ${formatRough(heard.retryInMs)}`
            : `${glyphs.lost} retrying`,
        ],
      ];
  }
}

function aboutHost(view: View, host: HostView): string {
  const heard = hearing(host, view.now);
  if (heard.kind === 'lost') return `not heard since ${formatClock(heard.since)}: ${heard.reason}`;
  const waiting = waitingOn(view, host);
  const age = host.gpusAt === null ? 0 : view.now - host.gpusAt;
  return [
    ...(host.info === null
      ? []
      : [
          `${host.info.slots} slot${host.info.slots === 1 ? '' : 's'}`,
          `${openRuns(view, host)} running`,
          ...(waiting > 0 ? [`${waiting} waiting`] : []),
          `${formatBytes(host.info.disk.freeBytes)} free`,
        ]),
    ...(host.gpus.length > 0 && age > 15_000 ? [`devices as of ${formatRough(age)} ago`] : []),
  ].join(` ${view.glyphs.dot} `);
}

function openRuns({ state }: View, { name }: HostView): number {
  let count = 0;
  for (const run of state.runs.values()) if (run.host === name && run.state.status === 'running') count += 1;
  return count;
}

function waitingOn({ state }: View, { name }: HostView): number {
  let count = 0;
  for (const run of state.runs.values()) {
    if (run.host === name && !isFinal(run.state.status) && run.state.status !== 'running') count += 1;
  }
  return count;
}

function trouble(view: View, host: HostView): number {
  const kinds = { lost: 3, silent: 2, connecting: 1, live: 0 } as const;
  return kinds[hearing(host, view.now).kind];
}
