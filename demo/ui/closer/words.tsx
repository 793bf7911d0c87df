import { useMemo } from 'preact/hooks';
import type { Picture } from '../../../src/index.js';
import { format, messages } from '../i18n/index.js';
import { summarise } from '../lib/summary.js';
import { detailOf } from '../sections/maps.js';
import { type HeadMap, maps } from '../state/signals.js';

/** What the maps show, in words. */
export function AllWords() {
  const current = maps.value;
  return (
    <div class="words">
      {current?.list.map((map) => (
        <Words key={map.head} map={map} picture={current.subject.picture} />
      ))}
    </div>
  );
}

function Words({ map, picture }: { readonly map: HeadMap; readonly picture: Picture }) {
  const text = messages.value.why;
  const { signed, list } = format.value;
  const { pixels } = map.answer;
  const { width, height } = picture;
  const summary = useMemo(() => summarise(pixels, width, height), [pixels, width, height]);
  const spots = list(summary.strongest.map(({ column, row, value }) => `(${column},\u00a0${row})\u00a0${signed(value)}`));
  return (
    <p>
      <strong>{text.heads[map.head]}</strong> {detailOf(map)}.{' '}
      {text.summaryOf(signed(summary.sum), signed(summary.positive), signed(summary.negative))}{' '}
      {summary.regions ? text.strongestRegions(spots) : text.strongest(spots)}
    </p>
  );
}
