import { expect, test } from 'vitest';
import { formatOf, isPictureFormat } from '../../../src/image/formats/format.js';

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf16 = (text: string) => Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((letter) => [letter.charCodeAt(0), 0])]);

test.each<[string | undefined, Uint8Array]>([
  ['png', bytes('\x89PNG\r\n\x1a\n')],
  ['jpeg', bytes('\xff\xd8\xff\xe1')],
  ['webp', bytes('RIFF0000WEBPVP8 ')],
  ['bmp', bytes('BM0000')],
  ['gif', bytes('GIF89a')],
  ['gif', bytes('GIF87a')],
  ['tiff', bytes('II*\0\x08\0\0\0')],
  ['tiff', bytes('MM\0*\0\0\0\x08')],
  ['tiff', bytes('II+\0\x08\0\0\0')],
  ['heif', bytes('\0\0\0\x18ftypheic\0\0\0\0')],
  ['heif', bytes('\0\0\0\x18ftypmif1\0\0\0\0')],
  ['avif', bytes('\0\0\0\x1cftypavif\0\0\0\0')],
  ['mp4', bytes('\0\0\0\x18ftypisom\0\0\0\0')],
  ['jpeg xl', bytes('\xff\x0a\x00')],
  ['jpeg 2000', bytes('\0\0\0\x0cjP  \r\n\x87\n')],
  ['pdf', bytes('%PDF-1.7')],
  ['psd', bytes('8BPS\0\x01')],
  ['icon', bytes('\0\0\x01\0\x01\0')],
  ['netpbm', bytes('P6 2 2 255\n')],
  ['npy', bytes('\x93NUMPY\x01\0')],
  ['gzip', bytes('\x1f\x8b\x08')],
  ['zip', bytes('PK\x03\x04')],
  ['dicom', bytes(`${'\0'.repeat(128)}DICM`)],
  ['svg', bytes('<svg xmlns="http://www.w3.org/2000/svg">')],
  ['svg', bytes('\xef\xbb\xbf\n <?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg\nwidth="8">')],
  ['svg', utf16('<svg>')],
  ['html', bytes('<!DOCTYPE html><html><svg></svg>')],
  ['xml', bytes('<?xml version="1.0"?><plist>')],
  [undefined, bytes('hello, this is text')],
  [undefined, bytes('< 5')],
  [undefined, bytes('PK')],
  [undefined, new Uint8Array(0)],
  [undefined, new Uint8Array(4096)],
])('%s', (format, file) => {
  expect(formatOf(file)).toBe(format);
  expect(isPictureFormat(format)).toBe(['png', 'jpeg', 'webp', 'bmp'].includes(format ?? ''));
});

test('no more than the beginning is read: 8 MB of an SVG take no time', () => {
  const file = new Uint8Array(8e6).fill(0x20);
  file.set(bytes('<svg>'));
  const started = process.cpuUsage();
  for (let i = 0; i < 20; i++) expect(formatOf(file)).toBe('svg');
  // Microseconds of processor time: 1 ms each. A reading of the whole takes 100 ms or more.
  expect(process.cpuUsage(started).user).toBeLessThan(1e6);
});
