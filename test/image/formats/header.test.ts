import { describe, expect, test } from 'vitest';
import { statedSize } from '../../../src/image/formats/header.js';

describe('the size in a header', () => {
  const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));

  test.each<[string, Uint8Array, object | undefined]>([
    ['png', Uint8Array.of(0x89, ...ascii('PNG\r\n\x1a\n'), ...new Array(8).fill(0), 0, 0, 1, 0x2c, 0, 0, 0, 2), { width: 300, height: 2 }],
    ['gif, which is not decoded', Uint8Array.of(...ascii('GIF89a'), 0x2c, 0x01, 0x02, 0x00), undefined],
    [
      'bmp, rows from top to bottom',
      Uint8Array.of(...ascii('BM'), ...new Array(12).fill(0), 40, 0, 0, 0, 0x2c, 1, 0, 0, 0xfe, 0xff, 0xff, 0xff),
      { width: 300, height: 2 },
    ],
    ['bmp of OS/2', Uint8Array.of(...ascii('BM'), ...new Array(12).fill(0), 12, 0, 0, 0, 0x2c, 1, 2, 0), { width: 300, height: 2 }],
    ['bmp of a width below 0', Uint8Array.of(...ascii('BM'), ...new Array(12).fill(0), 40, 0, 0, 0, 0, 0, 0, 0x80, 1, 0, 0, 0), undefined],
    [
      'webp, extended',
      Uint8Array.of(...ascii('RIFF0000WEBPVP8X'), ...new Array(8).fill(0), 0x2b, 1, 0, 1, 0, 0),
      { width: 300, height: 2 },
    ],
    // 14 bits of width - 1, then 14 of height - 1: 299 | 1 << 14.
    ['webp, lossless', Uint8Array.of(...ascii('RIFF0000WEBPVP8L0000'), 0x2f, 0x2b, 0x41, 0, 0), { width: 300, height: 2 }],
    [
      'webp, lossy',
      Uint8Array.of(...ascii('RIFF0000WEBPVP8 0000'), 0, 0, 0, 0x9d, 0x01, 0x2a, 0x2c, 0x01, 0x02, 0x00),
      { width: 300, height: 2 },
    ],
    // APP0 of 4 bytes, a table of Huffman codes (0xc4, not a frame), a fill byte, then a progressive frame.
    [
      'jpeg',
      Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc4, 0, 3, 0, 0xff, 0xff, 0xc2, 0, 8, 8, 0, 2, 1, 0x2c, 3),
      { width: 300, height: 2 },
    ],
    ['a jpeg whose frame is not there', Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 4, 1, 2), undefined],
    ['a jpeg that ends early', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 40), undefined],
    ['a png that ends early', Uint8Array.of(0x89, ...ascii('PNG\r\n\x1a\n'), 0, 0), undefined],
    ['text', Uint8Array.of(...ascii('hello')), undefined],
    ['nothing', new Uint8Array(0), undefined],
  ])('%s', (_, file, size) => {
    expect(statedSize(file)).toEqual(size);
  });
});
