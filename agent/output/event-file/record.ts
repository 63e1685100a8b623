import { maskedCrc32c } from './crc32c.ts';
import { bytesField, doubleField, floatField, intField } from './protobuf.ts';

/** A TFRecord: length (u64), its masked CRC, the data, its masked CRC; all little-endian. */
function record(data: Uint8Array): Buffer {
  const header = Buffer.alloc(12);
  header.writeBigUInt64LE(BigInt(data.length));
  header.writeUInt32LE(maskedCrc32c(header.subarray(0, 8)), 8);
  const footer = Buffer.alloc(4);
  footer.writeUInt32LE(maskedCrc32c(data));
  return Buffer.concat([header, data, footer]);
}

/** The record that every event file begins with. `wallTime` in seconds since the epoch. */
export function versionRecord(wallTime: number): Buffer {
  return record(Buffer.concat([doubleField(1, wallTime), bytesField(3, 'brain.Event:2')]));
}

/** A scalar as TensorBoard reads it: `tensorflow.Event { wall_time, step, summary { value { tag, simple_value } } }`. */
export function scalarRecord(scalar: {
  readonly tag: string;
  readonly value: number;
  readonly step: number;
  /** In seconds since the epoch. */
  readonly wallTime: number;
}): Buffer {
  const value = Buffer.concat([bytesField(1, scalar.tag), floatField(2, scalar.value)]);
  return record(
    Buffer.concat([
      doubleField(1, scalar.wallTime),
      intField(2, scalar.step),
      bytesField(5, bytesField(1, value)),
    ]),
  );
}

const DT_STRING = 7;
const DATA_CLASS_TENSOR = 2;

/**
 * A text as TensorBoard's text plugin has it: `Value { tag = 1, tensor = 8 { dtype = 1, tensor_shape = 2, string_val = 8 },
 * metadata = 9 { plugin_data = 1 { plugin_name = 1 }, data_class = 4 } }`. A scalar tensor has an empty shape.
 */
export function textRecord(text: {
  readonly tag: string;
  readonly text: string;
  /** In seconds since the epoch. */
  readonly wallTime: number;
}): Buffer {
  const tensor = Buffer.concat([intField(1, DT_STRING), bytesField(2, ''), bytesField(8, text.text)]);
  const metadata = Buffer.concat([bytesField(1, bytesField(1, 'text')), intField(4, DATA_CLASS_TENSOR)]);
  const value = Buffer.concat([bytesField(1, text.tag), bytesField(8, tensor), bytesField(9, metadata)]);
  return record(Buffer.concat([doubleField(1, text.wallTime), bytesField(5, bytesField(1, value))]));
}
