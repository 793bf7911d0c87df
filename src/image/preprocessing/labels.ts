import { PathlightError } from '../../errors.js';

/**
 * The names of classes in the forms in which they are written: a list of names or of pairs that end in the name (`["n01440764", "tench"]`); a
 * table from 0, 1, ... to names or pairs; a table from names to 0, 1, ...; an object with such a table as `id2label` (Hugging Face) or a list
 * as `labels`. White space around names is dropped. Undefined for anything else, and for tables that skip an index.
 *
 * @param value parsed JSON, in which tables may also be maps.
 */
export function labelsOf(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return namesOf(value);
  if (typeof value !== 'object' || value === null) return undefined;
  const table: ReadonlyMap<unknown, unknown> = value instanceof Map ? value : new Map(Object.entries(value));
  for (const key of ['id2label', 'labels']) if (typeof table.get(key) === 'object') return labelsOf(table.get(key));
  const byIndex = new Map<unknown, unknown>();
  for (const [key, entry] of table) {
    const [index, name] = typeof entry === 'number' ? [String(entry), key] : [key, entry];
    byIndex.set(index, name);
  }
  const names = Array.from({ length: table.size }, (_, index) => byIndex.get(String(index)));
  return namesOf(names);
}

/** The names of a class's opposite and of the class, given one name; others stay as they are. */
export function labelsOfTwo(labels: readonly string[]): readonly string[] {
  const [name] = labels;
  return name !== undefined && labels.length === 1 ? [`not ${name}`, name] : labels;
}

function namesOf(entries: readonly unknown[]): string[] | undefined {
  const names: string[] = [];
  for (const entry of entries) {
    const name: unknown = Array.isArray(entry) ? entry.at(-1) : entry;
    if (typeof name !== 'string') return undefined;
    names.push(name.trim());
  }
  return names.length > 0 ? names : undefined;
}

/** Text, and how its bytes had to be read. */
export interface DecodedText {
  readonly text: string;
  /** Latin-1 is Windows-1252, as in browsers. */
  readonly encoding: 'UTF-8' | 'UTF-16' | 'Latin-1';
}

/** Decodes text in UTF-8, in UTF-16 with a byte order mark or without, or else in Latin-1, in which every byte is a letter. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined) return { text: new TextDecoder(utf16).decode(bytes), encoding: 'UTF-16' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'Latin-1' };
  }
}

/** Which UTF-16 it is: by its byte order mark, or by a 0 in one byte of the first letter. */
function utf16Of([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second !== undefined)) return 'utf-16be';
  return undefined;
}

/** The names in a file of labels. */
export interface LabelFile {
  readonly labels: readonly string[];
  readonly encoding: DecodedText['encoding'];
}

/**
 * Reads a file of labels: JSON as in `labelsOf`, or a name a line. Lines end in LF, CRLF or CR; empty lines at the end are left out.
 *
 * @param path how messages name the file.
 * @throws PathlightError for JSON in no form of labels.
 */
export function readLabelFile(bytes: Uint8Array, path: string): LabelFile {
  const { text, encoding } = decodeText(bytes);
  if (!/^\s*[[{]/.test(text)) {
    const lines = text.trimEnd().split(/\r\n|\n|\r/);
    return { labels: lines.map((line) => line.trim()), encoding };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PathlightError('labels.no-json', { path });
  }
  const labels = labelsOf(json);
  if (labels === undefined) throw new PathlightError('labels.form', { path });
  return { labels, encoding };
}
