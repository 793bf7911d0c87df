import { PathlightError } from '../errors.js';
import { itemAt } from '../tensor/items.js';

/**
 * The index of a class, given its index, its label, or a part of its label between commas (ImageNet's labels are lists). Upper and lower case
 * count only where labels differ in nothing else. `index:7` is always an index, and so is a number.
 *
 * @throws PathlightError where no class is meant, and where it may be one of several: a label that several classes have, or digits that are
 * the index of one class and the label of another.
 */
export function findClass(name: string | number, classes: number, labels: readonly string[] | undefined): number {
  const byIndex = indexIn(name, classes);
  const byLabel = typeof name === 'string' && labels !== undefined ? withLabel(name, labels) : [];
  const meant = [...new Set(byIndex === undefined ? byLabel : [byIndex, ...byLabel])].sort((a, b) => a - b);
  if (meant.length === 1) return itemAt(meant, 0);
  if (meant.length > 1) {
    throw new PathlightError('class.ambiguous', { class: name, meant: meant.map((index) => ({ index, label: labels?.[index] ?? '' })) });
  }
  throw new PathlightError('class.unknown', { role: null, class: name, classes, labels: labels !== undefined });
}

/** How to name a class so that `findClass` finds it among these labels. */
export function unambiguousName(index: number, labels: readonly string[] | undefined): string {
  const text = String(index);
  const shadowed = labels?.some((label, other) => other !== index && (label === text || partsOf(label).includes(text)));
  return shadowed ? `index:${text}` : text;
}

function indexIn(name: string | number, classes: number): number | undefined {
  const digits = typeof name === 'number' ? String(name) : name.replace(/^index:/, '');
  const index = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  return index < classes ? index : undefined;
}

/** The classes of the best match: the same label, the same but for case, or a part of it. */
function withLabel(name: string, labels: readonly string[]): number[] {
  const wanted = name.trim().toLowerCase();
  const matches: readonly ((label: string) => boolean)[] = [
    (label) => label === name,
    (label) => label.toLowerCase() === wanted,
    (label) => partsOf(label).includes(wanted),
  ];
  for (const fits of matches) {
    const found = labels.flatMap((label, index) => (fits(label) ? [index] : []));
    if (found.length > 0) return found;
  }
  return [];
}

function partsOf(label: string): string[] {
  return label.toLowerCase().split(/,\s*/);
}
