/** A file's name without its ending. */
export function stemOf(file: string): string {
  return file.replace(/\.[^.]*$/, '');
}

/**
 * A class in names of files: letters and digits of its label, or its index where it has none. A class whose label looks like that of another class
 * then has its index besides.
 */
export function classInName(labels: readonly string[] | null | undefined, index: number): string {
  const label = labels?.[index];
  if (label === undefined) return String(index);
  const letters = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '-');
  const twins = labels?.filter((other) => letters(other).toLowerCase() === letters(label).toLowerCase()) ?? [];
  return twins.length > 1 ? `${letters(label)}-${index}` : letters(label);
}
