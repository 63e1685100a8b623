import type { Device } from './device.ts';
import { measure } from './table.ts';

type Card = Readonly<Record<string, unknown>>;

/** A field by the beginning of its name: versions of rocm-smi differ in what follows. */
function field(card: Card, ...names: readonly RegExp[]): string | undefined {
  for (const name of names) {
    const found = Object.entries(card).find(([key, value]) => name.test(key) && value !== 'N/A');
    if (found !== undefined) return String(found[1]);
  }
  return undefined;
}

function mebibytes(bytes: string | undefined): number | null {
  const count = measure(bytes);
  return count === null ? null : Math.round(count / 2 ** 20);
}

function deviceOf(name: string, card: Card): Device {
  const index = Number(name.slice('card'.length));
  return {
    vendor: 'amd',
    part: null,
    // Cards without a unique id (consumer ones may have none) are told apart by their place.
    uuid: `GPU-${(field(card, /^Unique ID/) ?? `card${index}`).replace(/^0x/, '')}`,
    index,
    name: field(card, /^Card Series/i, /^Device Name/i, /^Card Model/i) ?? 'AMD GPU',
    utilisation: measure(field(card, /^GPU use/i)),
    memoryUsed: mebibytes(field(card, /^VRAM Total Used Memory/i)),
    memoryTotal: mebibytes(field(card, /^VRAM Total Memory/i)),
    temperature: measure(
      field(card, /^Temperature \(Sensor junction/i, /^Temperature \(Sensor edge/i, /^Temperature/i),
    ),
    power: measure(field(card, /^(?:Average|Current Socket) Graphics Package Power/i, /Power \(W\)/i)),
    processes: [],
  };
}

/** What `rocm-smi --json` prints, warnings around it passed over; null when there is no such thing in it. */
export function parseRocm(text: string): Device[] | null {
  const line = text.split('\n').find((each) => each.trimStart().startsWith('{'));
  if (line === undefined) return null;
  try {
    const cards = JSON.parse(line) as Readonly<Record<string, Card>>;
    return Object.entries(cards)
      .filter(([name]) => /^card\d{1,9}$/.test(name))
      .map(([name, card]) => deviceOf(name, card))
      .sort((a, b) => a.index - b.index);
  } catch {
    return null;
  }
}
