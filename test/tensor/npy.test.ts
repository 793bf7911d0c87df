import { describe, expect, test } from 'vitest';
import { readNpy, writeNpy } from '../../src/tensor/npy.js';

/** An .npy file as numpy would write it, from its header's fields and the bytes of its elements. */
function file(descr: string, shape: string, elements: number[], { order = 'False', major = 1 } = {}): Uint8Array {
  const header = new TextEncoder().encode(`{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`);
  const length = major === 1 ? [header.length & 255, header.length >> 8] : [header.length & 255, header.length >> 8, 0, 0];
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, major, 0, ...length, ...header, ...elements]);
}

describe('writeNpy', () => {
  test('is read back, with the elements at a multiple of 64 bytes', () => {
    const data = Float32Array.of(1.5, -0.1, 0, 1e-40, 3e38, -0);
    for (const shape of [[6], [1, 2, 3], [1, 1, 6, 1]]) {
      const bytes = writeNpy(data, shape);
      expect((bytes.length - 24) % 64).toBe(0);
      expect(readNpy(bytes)).toEqual({ shape, type: 'float', data });
    }
  });

  test('refuses elements that do not fill the shape', () => {
    expect(() => writeNpy(new Float32Array(5), [2, 3])).toThrow('5 elements do not fill shape 2x3 (6 elements)');
  });
});

describe('readNpy', () => {
  test.each([
    ["'<f2'", [0x00, 0x3e, 0x01, 0x00, 0x00, 0xfc], [1.5, 2 ** -24, Number.NEGATIVE_INFINITY]],
    ["'>f2'", [0x3e, 0x00, 0xc0, 0x00, 0x7b, 0xff], [1.5, -2, 65504]],
    ["'>f4'", [0x3f, 0x80, 0, 0, 0xbf, 0, 0, 0, 0x40, 0x49, 0x0f, 0xdb], [1, -0.5, Math.fround(Math.PI)]],
    ["'|u1'", [0, 128, 255], [0, 128, 255]],
    ["'|i1'", [0, 128, 255], [0, -128, -1]],
    ["'|b1'", [0, 1, 1], [0, 1, 1]],
    ["'<i2'", [0xff, 0xff, 1, 0, 0, 1], [-1, 1, 256]],
    ["'>u2'", [0xff, 0xff, 0, 1, 1, 0], [65535, 1, 256]],
    ["'<u4'", [255, 255, 255, 255, 1, 0, 0, 0, 0, 1, 0, 0], [4294967295, 1, 256]],
    ["'>i4'", [255, 255, 255, 254, 0, 0, 0, 1, 0, 0, 1, 0], [-2, 1, 256]],
    ["'<i8'", [...Array(8).fill(255), 1, ...Array(7).fill(0), 0, 1, ...Array(6).fill(0)], [-1, 1, 256]],
  ])('reads %s', (descr, elements, expected) => {
    expect([...readNpy(file(descr, '(3,)', elements)).data]).toEqual(expected);
  });

  test('keeps float64 as it is', () => {
    const elements = [...new Uint8Array(Float64Array.of(0.1).buffer)];
    expect(readNpy(file("'<f8'", '(1,)', elements))).toEqual({ shape: [1], type: 'float', data: Float64Array.of(0.1) });
  });

  test('turns Fortran order into C order', () => {
    // numpy.asfortranarray(arange(12).reshape(2, 3, 2)) stores the first axis fastest.
    const stored = [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11];
    expect([...readNpy(file("'|u1'", '(2, 3, 2)', stored, { order: 'True' })).data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test.each([1, 2, 3])('reads format %i.0, a scalar and an empty array', (major) => {
    expect(readNpy(file("'|u1'", '()', [7], { major }))).toEqual({ shape: [], type: 'int', data: Float64Array.of(7) });
    expect(readNpy(file("'|u1'", '(0, 3)', [], { major })).data.length).toBe(0);
  });

  test.each([
    ['text', new TextEncoder().encode('not an array'), 'x.npy: not an .npy file'],
    ['format 4', file("'<f4'", '()', [0, 0, 0, 0], { major: 4 }), 'x.npy: .npy format 4.0 (format 1.0, 2.0 or 3.0)'],
    ['a truncated header', file("'<f4'", '()', []).subarray(0, 30), 'x.npy: the header is truncated'],
    [
      'truncated elements',
      file("'<f4'", '(2, 2)', [0, 0]),
      'x.npy: 2 bytes of elements, but shape 2x2 of <f4 needs 16 (the file is truncated)',
    ],
    ['two arrays', file("'|u1'", '(1,)', [0, 0]), 'x.npy: 2 bytes of elements, but shape 1 of |u1 needs 1 (one array a file)'],
    ['complex numbers', file("'<c8'", '()', Array(8).fill(0)), 'x.npy: element type <c8 (one of f2, '],
    ['records', file("[('a', '<f4')]", '()', [0, 0, 0, 0]), "x.npy: element type [('a', '<f4')]"],
    ['an integer beyond 2^53', file("'<u8'", '()', Array(8).fill(255)), 'x.npy: element 18446744073709551615 (integers of at most 2^53)'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readNpy(bytes, 'x.npy')).toThrow(message);
  });
});
