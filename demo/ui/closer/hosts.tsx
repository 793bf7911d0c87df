import { Later } from '../controls/later.js';
import { messages } from '../i18n/index.js';

/** What looks closer at the maps. */
export function CloserHosts() {
  const text = messages.value.why;
  return (
    <>
      <Later control="magnifier" summary={text.magnifier} load={() => import('./closer.js').then(({ Magnifier }) => Magnifier)} />
      <Later control="regions" summary={text.regionsPart} load={() => import('./closer.js').then(({ Regions }) => Regions)} />
      <Later control="words" summary={text.summary} load={() => import('./closer.js').then(({ AllWords }) => AllWords)} />
    </>
  );
}
