import { useEffect, useState } from 'preact/hooks';

type Parts = typeof import('./model_facts.js');

/** What is known of the open network, and what can be chosen: loaded when it is first looked at. `choice`: how pixels become numbers, alone. */
export function OwnModelHost({ part }: { readonly part: 'facts' | 'choice' }) {
  const [loaded, setLoaded] = useState<Parts | null>(null);
  useEffect(() => void import('./model_facts.js').then(setLoaded), []);
  if (loaded === null) return null;
  return part === 'facts' ? <loaded.ModelFacts /> : <loaded.Pixels />;
}
