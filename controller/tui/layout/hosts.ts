import { isBatch } from '../batches.ts';
import { formatBytes, formatClock, formatRough } from '../format.ts';
import { hearing } from '../freshness.ts';
import type { HostView } from '../state.ts';
import { displayWidth, fit } from '../width.ts';
import { deviceCells, deviceRow } from './devices.ts';
import { line, textOf, type Part } from './line.ts';
import type { View } from './view.ts';

/** One row a host, for the top of a batch: link, devices, what waits. At most `rows` rows, the hosts that need attention first. */
export function hostRows(view: View, rows: number): readonly string[] {
  const { hosts } = view;
  if (rows <= 0 || hosts.length === 0) return [];
  const shown =
    hosts.length <= rows
      ? hosts
      : [...hosts].sort((a, b) => trouble(view, b) - trouble(view, a)).slice(0, Math.max(1, rows - 1));
  const nameWidth = Math.min(20, Math.max(6, ...shown.map(({ name }) => displayWidth(name))));
  const hidden = hosts.length - shown.length;
  const most = Math.max(...shown.map(({ gpus }) => gpus.length));
  return [
    ...shown.map((host) => hostRow(view, host, { nameWidth, most })),
    ...(hidden > 0 && rows > 1
      ? [view.paint('quiet', `  and ${hidden} more host${hidden === 1 ? '' : 's'}`)]
      : []),
  ];
}

/** A paragraph a host, for `top`: what it is, each device with its load and whose work that is. */
export function hostParagraphs(view: View): readonly string[] {
  return view.hosts.flatMap((host) => [
    line(view, [
      ['strong', host.name],
      '  ',
      ...linkParts(view, host),
      '  ',
      ['quiet', aboutHost(view, host)],
    ]),
    ...host.gpus.map((gpu) => line(view, fresh(view, host, deviceRow(view, gpu)))),
  ]);
}

/** What was told of a host some time ago doesn't stand out beside what is so now; the host's own row says how old it is. */
function fresh(view: View, host: HostView, parts: readonly Part[]): readonly Part[] {
  if (hearing(host, view.now).kind === 'live') return parts;
  return parts.map((part) => ['quiet', textOf(part)] as const);
}

function hostRow(
  view: View,
  host: HostView,
  { nameWidth, most }: { readonly nameWidth: number; readonly most: number },
): string {
  const link = linkParts(view, host);
  const linkWidth = 10;
  const linkText = link.map((part) => textOf(part)).join('');
  const pad = ' '.repeat(Math.max(1, linkWidth - displayWidth(linkText)));
  const queue = waitingOn(view, host);
  const end: (readonly ['quiet', string])[] = queue > 0 ? [['quiet', ` ${queue} pending`]] : [];
  const name: Part[] = ['  ', ['strong', fit(host.name, nameWidth)], '  '];
  const heard = hearing(host, view.now);
  if (heard.kind === 'lost') {
    const open = openRuns(view, host);
    // What waits there may have started since: only the host itself can give it up.
    const runs = [
      ...(open > 0 ? [`${open} running`] : []),
      ...(queue > 0 ? [`${queue} pending stay until it is back`] : []),
    ];
    const contact = `no contact since ${formatClock(heard.since)}`;
    const unreachable = runs.length > 0 ? ` ${view.glyphs.dot} ${[...runs, contact].join(', ')}` : '';
    const reason = heard.reason === '' ? '' : ` ${view.glyphs.dot} ${heard.reason}`;
    return line(view, [...name, ...link, ['quiet', `${unreachable}${reason}`]]);
  }
  const room = view.columns - nameWidth - 4 - linkWidth - end.reduce((sum, [, text]) => sum + text.length, 0);
  return line(view, [
    ...name,
    ...link,
    pad,
    ...fresh(view, host, devices(view, host, { room, most })),
    ...end,
  ]);
}

/** What a host works with: its devices, or its slots where it has none. */
function devices(
  view: View,
  { gpus, info }: HostView,
  room: { readonly room: number; readonly most: number },
): readonly Part[] {
  if (gpus.length > 0) return deviceCells(view, gpus, room);
  return info === null ? [] : [['quiet', `${info.slots} slot${info.slots === 1 ? '' : 's'}`]];
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
      if (heard.retryInMs === Number.POSITIVE_INFINITY) return [['bad', `${glyphs.lost} not connected`]];
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
  if (heard.kind === 'lost') {
    const open = openRuns(view, host);
    const runs = open === 0 ? '' : `${open} running then ${view.glyphs.dot} `;
    return `${runs}as of ${formatRough(view.now - host.heard)} ago ${view.glyphs.dot} ${heard.reason}`;
  }
  const waiting = waitingOn(view, host);
  const age = host.gpusAt === null ? 0 : view.now - host.gpusAt;
  return [
    ...(host.info === null
      ? []
      : [
          `${host.info.slots} slot${host.info.slots === 1 ? '' : 's'}`,
          `${openRuns(view, host)} running`,
          ...(waiting > 0 ? [`${waiting} pending`] : []),
          `${formatBytes(host.info.disk.freeBytes)} free`,
        ]),
    ...(host.gpus.length > 0 && age > 15_000 ? [`devices as of ${formatRough(age)} ago`] : []),
  ].join(` ${view.glyphs.dot} `);
}

/** Batches take no slot: their trials do. */
function openRuns({ state }: View, { name }: HostView): number {
  let count = 0;
  for (const run of state.runs.values())
    if (run.host === name && run.state.status === 'running' && !isBatch(state, run)) count += 1;
  return count;
}

function waitingOn({ state }: View, { name }: HostView): number {
  let count = 0;
  for (const run of state.runs.values()) if (run.host === name && run.state.status === 'pending') count += 1;
  return count;
}

function trouble(view: View, host: HostView): number {
  const kinds = { lost: 3, silent: 2, connecting: 1, live: 0 } as const;
  return kinds[hearing(host, view.now).kind];
}
