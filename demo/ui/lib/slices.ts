import { useEffect, useState } from 'preact/hooks';

/**
 * How many items of a list are rendered by now: a slice more in each task. A thousand classes in one task, for each select of the page, would make the
 * page stutter, and so would the layers of a deep network.
 */
export function useSlices(items: readonly unknown[], slice: number): number {
  const [done, setDone] = useState({ items, made: slice });
  const made = done.items === items ? done.made : slice;
  useEffect(() => {
    if (made >= items.length) return;
    const timer = setTimeout(() => setDone({ items, made: made + slice }));
    return () => clearTimeout(timer);
  }, [items, made]);
  return made;
}
