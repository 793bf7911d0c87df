import { crc32 } from 'node:zlib';

/** A PNG file with one more chunk, behind its header. */
export function withChunk(png: Uint8Array, type: string, data: ArrayLike<number>): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(Array.from(data), 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}
