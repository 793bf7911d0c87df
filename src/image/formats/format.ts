/** Formats that are decoded. */
export const PICTURE_FORMATS = ['png', 'jpeg', 'webp', 'bmp'] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** First bytes, and where they stand. A format that has several has a line for each. */
const SIGNATURES: readonly (readonly [format: string, text: string, at?: number])[] = [
  ['png', '\x89PNG\r\n\x1a\n'],
  ['jpeg', '\xff\xd8\xff'],
  ['webp', 'WEBP', 8],
  ['bmp', 'BM'],
  ['gif', 'GIF8'],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  ['tiff', 'II+\0'],
  ['tiff', 'MM\0+'],
  ['jpeg xr', 'II\xbc\x01'],
  ['jpeg xl', '\xff\x0a'],
  ['jpeg xl', '\0\0\0\x0cJXL \r\n\x87\n'],
  ['jpeg 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
  ['jpeg 2000', '\xff\x4f\xff\x51'],
  ['avif', 'ftypavif', 4],
  ['avif', 'ftypavis', 4],
  ['heif', 'ftyphei', 4],
  ['heif', 'ftyphev', 4],
  ['heif', 'ftypmif1', 4],
  ['heif', 'ftypmsf1', 4],
  ['mp4', 'ftyp', 4],
  ['pdf', '%PDF-'],
  ['postscript', '%!PS'],
  ['psd', '8BPS'],
  ['icon', '\0\0\x01\0'],
  ['icon', '\0\0\x02\0'],
  ['openexr', 'v/1\x01'],
  ['radiance', '#?R'],
  ['qoi', 'qoif'],
  ['dds', 'DDS '],
  ['dicom', 'DICM', 128],
  ['npy', '\x93NUMPY'],
  ['hdf5', '\x89HDF\r\n\x1a\n'],
  ['zip', 'PK\x03\x04'],
  ['gzip', '\x1f\x8b'],
];

/** How much of a text file is read to tell what it is. A comment or a document type may stand before an SVG's first element. */
const TEXT = 4096;

/**
 * The format of a file by its first bytes, in lower case: one of PICTURE_FORMATS, or a name of what it is instead (`svg`, `heif`, `pdf`).
 * Undefined for bytes of no known format. No more than the first bytes is read: the contents may be broken.
 */
export function formatOf(file: Uint8Array): string | undefined {
  const found = SIGNATURES.find(([, text, at = 0]) => [...text].every((letter, i) => file[at + i] === letter.charCodeAt(0)));
  return found?.[0] ?? netpbmOf(file) ?? markupOf(file);
}

/** Whether a format is decoded. */
export function isPictureFormat(format: string | undefined): format is PictureFormat {
  return PICTURE_FORMATS.some((known) => known === format);
}

/** PBM, PGM, PPM, PNM, PAM and PFM begin with a P, a letter or digit, and white space. */
function netpbmOf(file: Uint8Array): string | undefined {
  return /^P[1-7Ff]\s/.test(String.fromCharCode(...file.subarray(0, 3))) ? 'netpbm' : undefined;
}

/** Text that begins with `<`, in UTF-8 or UTF-16, with a byte order mark or without. */
function markupOf(file: Uint8Array): string | undefined {
  const bytes = file.subarray(0, TEXT).filter((byte) => byte !== 0);
  const text = String.fromCharCode(...bytes).replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*/, '');
  if (!text.startsWith('<')) return undefined;
  const [, element] = /<(svg|html|!doctype html)[\s>:]/i.exec(text) ?? [];
  if (element !== undefined) return element.toLowerCase() === 'svg' ? 'svg' : 'html';
  return /^<[?!a-z]/i.test(text) ? 'xml' : undefined;
}
