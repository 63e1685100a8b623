/** A field of a protobuf message (protobuf.dev/programming-guides/encoding). */
export interface ProtobufField {
  readonly field: number;
  readonly wire: number;
  /** Of a varint. */
  readonly number: number;
  readonly bytes: Buffer;
}

const NOTHING = Buffer.alloc(0);

/** The fields of a message; ends at the first thing that is none. */
export function* protobufFields(message: Buffer): Generator<ProtobufField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; at < message.length && shift < 64; shift += 7) {
      const byte = message[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const key = varint();
    const wire = key % 8;
    const field = Math.floor(key / 8);
    if (wire === 0) yield { field, wire, number: varint(), bytes: NOTHING };
    else {
      const size = wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? varint() : Infinity;
      if (at + size > message.length) return;
      yield { field, wire, number: 0, bytes: message.subarray(at, at + size) };
      at += size;
    }
  }
}
