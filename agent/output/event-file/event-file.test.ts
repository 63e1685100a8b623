import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { crc32c, maskedCrc32c } from './crc32c.ts';
import { scalarRecord, versionRecord } from './index.ts';

test("CRC-32C gives the standard's check value", () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(maskedCrc32c(Buffer.from('1800000000000000', 'hex'))).toBe(0x224b7fa3);
});

test('the first record and a scalar are, byte for byte, what TensorFlow writes', () => {
  expect(versionRecord(1.5).toString('hex')).toBe(
    '1800000000000000' +
      'a37f4b22' +
      '09000000000000f83f' +
      '1a0d' +
      Buffer.from('brain.Event:2').toString('hex') +
      '2a28646c',
  );
  const scalar = scalarRecord({ tag: 'loss', value: 0.5, step: 300, wallTime: 1.5 });
  expect(scalar.subarray(12, -4).toString('hex')).toBe(
    '09000000000000f83f' +
      '10ac02' +
      '2a0d' +
      '0a0b' +
      '0a04' +
      Buffer.from('loss').toString('hex') +
      '150000003f',
  );
});

/** A reader of its own: record framing, CRCs and just enough protobuf. */
const PYTHON_READER = `
import json, struct, sys
def crc(data):
    c = 0xffffffff
    for b in data:
        c ^= b
        for _ in range(8):
            c = (c >> 1) ^ (0x82f63b78 if c & 1 else 0)
    c ^= 0xffffffff
    return ((c >> 15 | c << 17) + 0xa282ead8) & 0xffffffff
def fields(data):
    at = 0
    def varint():
        nonlocal at
        shift = value = 0
        while True:
            b = data[at]; at += 1
            value |= (b & 127) << shift; shift += 7
            if b < 128: return value
    while at < len(data):
        key = varint()
        kind = key & 7
        if kind == 0: value = varint()
        else:
            size = {1: 8, 5: 4}.get(kind) or varint()
            value = data[at:at + size]; at += size
        yield key >> 3, value
data, at, out = sys.stdin.buffer.read(), 0, []
while at < len(data):
    head = data[at:at + 8]
    size, = struct.unpack('<Q', head)
    assert struct.unpack('<I', data[at + 8:at + 12])[0] == crc(head)
    body = data[at + 12:at + 12 + size]
    assert struct.unpack('<I', data[at + 12 + size:at + 16 + size])[0] == crc(body)
    at += 16 + size
    event = dict(fields(body))
    if 3 in event: out.append(event[3].decode()); continue
    value = dict(fields(dict(fields(event[5]))[1]))
    step = event[2] - (1 << 64) if event[2] >> 63 else event[2]
    out.append([value[1].decode(), struct.unpack('<f', value[2])[0], step])
print(json.dumps(out))
`;

test('a reader written from the format alone reads the same scalars', () => {
  const file = Buffer.concat([
    versionRecord(1.7e9),
    scalarRecord({ tag: 'val/äcc', value: 0.25, step: 0, wallTime: 1.7e9 }),
    scalarRecord({ tag: 'x', value: -3, step: 2 ** 40, wallTime: 1.7e9 }),
    scalarRecord({ tag: 'x', value: 7, step: -1, wallTime: 1.7e9 }),
  ]);
  const read: unknown = JSON.parse(
    execFileSync('python3', ['-c', PYTHON_READER], { input: file, encoding: 'utf8' }),
  );
  expect(read).toEqual(['brain.Event:2', ['val/äcc', 0.25, 0], ['x', -3, 2 ** 40], ['x', 7, -1]]);
}, 60_000);
