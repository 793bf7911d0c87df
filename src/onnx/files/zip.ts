/** The most entries whose names are read. */
const ENTRIES = 10_000;
/** A comment of at most 65,535 bytes may stand after the end of the list of entries, which has 22. */
const TAIL = 65_557;

/**
 * The names of the entries of a zip archive, by the list at its end; of the beginning of an archive, that of its first entry.
 * Follows APPNOTE.TXT, section 4.3.
 */
export function zipNames(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  let at = listIn(bytes, view);
  while (at !== undefined && names.length < ENTRIES && isAt(bytes, at, 0x01, 0x02) && at + 46 <= bytes.length) {
    const length = view.getUint16(at + 28, true);
    names.push(text(bytes, at + 46, length));
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  if (names.length === 0 && bytes.length >= 30) names.push(text(bytes, 30, view.getUint16(26, true)));
  return names;
}

/** Where the list of entries starts, as the end of the archive says it; in archives of PyTorch, what precedes this end says it in 64 bits. */
function listIn(bytes: Uint8Array, view: DataView): number | undefined {
  for (let end = bytes.length - 22; end >= Math.max(0, bytes.length - TAIL); end--) {
    if (!isAt(bytes, end, 0x05, 0x06)) continue;
    const start = view.getUint32(end + 16, true);
    return start === 0xffffffff && isAt(bytes, end - 20, 0x06, 0x07) ? listIn64(view, view.getBigUint64(end - 12, true)) : start;
  }
  return undefined;
}

function listIn64(view: DataView, end: bigint): number | undefined {
  return end + 56n <= BigInt(view.byteLength) ? Number(view.getBigUint64(Number(end) + 48, true)) : undefined;
}

function isAt(bytes: Uint8Array, at: number, third: number, fourth: number): boolean {
  return bytes[at] === 0x50 && bytes[at + 1] === 0x4b && bytes[at + 2] === third && bytes[at + 3] === fourth;
}

function text(bytes: Uint8Array, start: number, length: number): string {
  return new TextDecoder().decode(bytes.subarray(start, start + length));
}
