import { useEffect, useState } from 'preact/hooks';
import { readPreference } from '../lib/preferences.js';
import { source } from '../state/signals.js';

type Parts = typeof import('./kept.js');

/** Files that the visitor keeps in this browser: loaded where one can be kept, and where one was kept on an earlier visit. */
export function KeptHost() {
  const [loaded, setLoaded] = useState<Parts | null>(null);
  const asked = source.value === 'picture' || source.value === 'model' || readPreference('kept') === 'some';
  useEffect(() => {
    if (asked) void import('./kept.js').then(setLoaded);
  }, [asked]);
  return loaded === null ? null : <loaded.Kept />;
}
