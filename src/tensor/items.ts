/** The item at an index that the caller knows to exist. Throws where there is none: a defect. */
export function itemAt<T>(items: ArrayLike<T>, index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`no item ${index} of ${items.length}`);
  return item;
}

/** The first item. Throws where there is none: a defect. */
export function firstOf<T>(items: ArrayLike<T>): T {
  return itemAt(items, 0);
}

/** The last item. Throws where there is none: a defect. */
export function lastOf<T>(items: ArrayLike<T>): T {
  return itemAt(items, items.length - 1);
}

/** The first two items. Throws where there are fewer: a defect. */
export function twoOf<T>(items: ArrayLike<T>): [T, T] {
  return [itemAt(items, 0), itemAt(items, 1)];
}

/** The first four items. Throws where there are fewer: a defect. */
export function fourOf<T>(items: ArrayLike<T>): [T, T, T, T] {
  return [...threeOf(items), itemAt(items, 3)];
}

/** The first three items. Throws where there are fewer: a defect. */
export function threeOf<T>(items: ArrayLike<T>): [T, T, T] {
  return [itemAt(items, 0), itemAt(items, 1), itemAt(items, 2)];
}
