import type { Gpu } from '#protocol';
import { shortId } from '#protocol';
import { formatMemory, formatPercent } from '../format.ts';
import { fit } from '../width.ts';
import type { Part } from './line.ts';
import { bar, level } from './marks.ts';
import type { View } from './view.ts';

/** A device with less than this in use, and no process, is free. MiB: drivers keep some for themselves. */
const IDLE_MEMORY = 1024;
const BAR = 7;

/** Cells of devices side by side, the most telling first that fits: index, load, memory and temperature. */
const CELLS: readonly { readonly width: number; readonly text: (view: View, gpu: Gpu) => string }[] = [
  {
    width: 29,
    text: (view, gpu) =>
      `${gpu.index} ${loadText(view, gpu)} ${memory(gpu.memoryUsed).padStart(7)} ${temperature(gpu).padStart(5)}`,
  },
  { width: 15, text: (view, gpu) => `${gpu.index} ${loadText(view, gpu)}` },
  { width: 8, text: (_, gpu) => `${gpu.index} ${percent(gpu)}` },
];

/** A host's devices in `room` columns: cells where they fit, alike for all hosts of up to `most` devices; else one sign each. */
export function deviceCells(
  view: View,
  gpus: readonly Gpu[],
  { room, most }: { readonly room: number; readonly most: number },
): readonly Part[] {
  const fitting = (count: number) => CELLS.find(({ width }) => count * (width + 2) <= room);
  const cell = fitting(Math.max(most, gpus.length)) ?? fitting(gpus.length);
  if (cell !== undefined) return gpus.flatMap((gpu): Part[] => [gpuCell(view, gpu, cell), '  ']);
  const busy = gpus.filter((gpu) => !isFree(gpu)).length;
  const signs = gpus.map((gpu) => level(view, (gpu.utilisation ?? 0) / 100)).join('');
  const count = ` ${busy}/${gpus.length} GPUs busy`;
  return [['busy', signs], signs.length + count.length <= room ? count : ''];
}

/** One device: its load; or who else holds it. */
function gpuCell(view: View, gpu: Gpu, { width, text }: (typeof CELLS)[number]): Part {
  const { ellipsis } = view.glyphs;
  const other = otherUser(gpu);
  if (other !== null)
    return ['warn', fit(`${gpu.index} ${other} ${memory(gpu.memoryUsed)}`, width, { ellipsis })];
  return [isFree(gpu) ? 'quiet' : 'busy', fit(text(view, gpu), width, { ellipsis })];
}

/** One device in a row of its own: load, memory, temperature, and whose work it does; its power and name where there is room. */
export function deviceRow(view: View, gpu: Gpu): readonly Part[] {
  const { columns, glyphs } = view;
  const total = gpu.memoryTotal ?? 0;
  const role = isFree(gpu) ? 'quiet' : 'busy';
  const hasTotal = columns >= 72;
  const hasPower = columns >= 90;
  const nameWidth = columns >= 130 ? 24 : 0;
  const fixed =
    4 + 6 + 9 + 7 + (columns >= 60 ? 18 : 10) + (hasTotal ? 10 : 0) + (hasPower ? 7 : 0) + nameWidth;
  // Where there is room for one bar only, load is what people look for.
  const bars = columns < 60 ? 1 : 2;
  const width = Math.max(3, Math.min(20, Math.floor((columns - fixed) / bars) - 1));
  return [
    `  ${fit(String(gpu.index), 2)} `.slice(0, 5),
    ...(nameWidth === 0 ? [] : [fit(gpu.name, nameWidth, { ellipsis: glyphs.ellipsis })]),
    [role, bar(view, (gpu.utilisation ?? 0) / 100, width)],
    ` ${percent(gpu).padStart(5)} `,
    ...(bars === 2
      ? [[role, bar(view, total === 0 ? 0 : (gpu.memoryUsed ?? 0) / total, width)] as const]
      : []),
    ` ${memory(gpu.memoryUsed).padStart(7)}`,
    ...(hasTotal ? [` / ${memory(gpu.memoryTotal).padStart(7)}`] : []),
    ` ${temperature(gpu).padStart(5)}`,
    ...(hasPower ? [` ${(gpu.power === null ? '' : `${Math.round(gpu.power)} W`).padStart(6)}`] : []),
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

function loadText(view: View, gpu: Gpu): string {
  return `${bar(view, (gpu.utilisation ?? 0) / 100, BAR)} ${percent(gpu).padStart(5)}`;
}

function percent({ utilisation }: Gpu): string {
  return utilisation === null ? '?' : formatPercent(utilisation / 100);
}

function memory(mebibytes: number | null): string {
  return mebibytes === null ? '?' : formatMemory(mebibytes);
}

function temperature({ temperature: degrees }: Gpu): string {
  return degrees === null ? '' : `${Math.round(degrees)} °C`;
}
