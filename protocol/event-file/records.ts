/** The records of an event file (TFRecord: a length (u64), its checksum, the data, its checksum), and how many bytes they are. What is torn off is left out. */
export function eventRecords(bytes: Buffer): { readonly records: readonly Buffer[]; readonly used: number } {
  const records: Buffer[] = [];
  let at = 0;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + Number(bytes.readBigUInt64LE(at));
    if (end + 4 > bytes.length) break;
    records.push(bytes.subarray(at + 12, end));
    at = end + 4;
  }
  return { records, used: at };
}
