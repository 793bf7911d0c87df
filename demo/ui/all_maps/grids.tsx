import { useCallback } from 'preact/hooks';
import { scaleOf, sharedScaleOf } from '../../../src/app.js';
import { BASELINES } from '../../../src/index.js';
import { factsOf } from '../../lib/methods.js';
import { PixelView } from '../controls/pixel_view.js';
import { Scroller } from '../controls/scroller.js';
import { Segmented } from '../controls/segmented.js';
import { Sentence } from '../controls/sentence.js';
import { Waiting } from '../controls/waiting.js';
import { CurvesHost } from '../curves/host.js';
import { messages } from '../i18n/index.js';
import { paintAs } from '../sections/maps.js';
import { type AllMaps as All, allMaps, type Cell, making, stopAll } from '../state/all_maps.js';
import { cursor, drawing, maps, opacity, percentile, swipe } from '../state/signals.js';
import './grids.css';
import { SCALES, scale } from './make.js';
import { nameOf, nameQuestion } from './names.js';

export { makeAll } from './make.js';

/** The maps that are being made, or were made, beside one another. */
export function Grids() {
  const text = messages.value.why.all;
  const all = allMaps.value;
  const running = making.value;
  if (all === null) return null;
  const at = running === null ? undefined : all.cells[running.at];
  return (
    <>
      {running !== null && at !== undefined && (
        <Waiting what={text.making(nameOf(at, all.across))} progress={running.progress} onCancel={stopAll} />
      )}
      <Segmented
        control="scale"
        label={text.scale}
        value={scale.value}
        options={SCALES.filter((value) => value !== 'row' || all.across === 'both').map((value) => ({ value, label: text.scales[value] }))}
        onChange={(value) => {
          scale.value = value;
        }}
      />
      <p class="hint">
        {text.of(nameQuestion(all.question))} {scale.value === 'one' && text.scaleHint}{' '}
        {(all.subject !== maps.value?.subject || all.settings !== maps.value.settings) && <strong>{text.stale}</strong>}
      </p>
      <Grid all={all} />
      {running === null && all.cells.some(({ outcome }) => outcome !== null && 'pixels' in outcome) && <CurvesHost />}
    </>
  );
}

function Grid({ all }: { readonly all: All }) {
  const shared = scale.value === 'one' ? sharedScale(all.cells) : null;
  if (all.across === 'both') return <CrossedGrid all={all} shared={shared} />;
  return (
    <div class="map-grid" data-test="map-grid">
      {all.cells.map((cell) => (
        <GridCell key={nameOf(cell, all.across)} cell={cell} all={all} shared={shared} />
      ))}
    </div>
  );
}

/** The one scale of several maps; null while there are none. */
function sharedScale(cells: readonly Cell[]): number | null {
  const made = cells.flatMap(({ outcome }) => (outcome !== null && 'pixels' in outcome ? [outcome.pixels] : []));
  return made.length > 0 ? sharedScaleOf(made, percentile.value ?? undefined).scale : null;
}

/** A row for each method, and a column for each baseline. */
function CrossedGrid({ all, shared }: { readonly all: All; readonly shared: number | null }) {
  const text = messages.value.why;
  const rows = [...new Set(all.cells.map(({ settings }) => settings.method))];
  return (
    <Scroller label={text.all.both}>
      <table class="map-table" data-test="map-grid">
        <thead>
          <tr>
            <td />
            {BASELINES.map((baseline) => (
              <th key={baseline} scope="col">
                {text.baselines[baseline]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((method) => {
            const cells = all.cells.filter(({ settings }) => settings.method === method);
            const ofRow = scale.value === 'row' ? sharedScale(cells) : shared;
            return (
              <tr key={method}>
                <th scope="row">{messages.value.method(method, factsOf(method).title)}</th>
                {cells.map((cell) => (
                  <td key={cell.settings.baseline}>
                    <GridCell cell={cell} all={all} shared={ofRow} />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroller>
  );
}

function GridCell({ cell, all, shared }: { readonly cell: Cell; readonly all: All; readonly shared: number | null }) {
  const { picture } = all.subject;
  const { width, height } = picture;
  const { outcome } = cell;
  const name = nameOf(cell, all.across);
  const pixels = outcome !== null && 'pixels' in outcome ? outcome.pixels : null;
  const chosen = percentile.value ?? undefined;
  const draw = useCallback(
    (canvas: HTMLCanvasElement) => {
      if (pixels === null) return;
      paintAs(canvas, picture, pixels, shared ?? scaleOf(pixels, chosen).scale);
    },
    [pixels, shared, chosen, drawing.value, opacity.value, swipe.value, picture],
  );
  return (
    <figure data-made={pixels !== null} data-name={all.across === 'baselines' ? cell.settings.baseline : cell.settings.method}>
      <figcaption class={all.across === 'both' ? 'visually-hidden' : 'label'}>{name}</figcaption>
      {pixels !== null ? (
        <PixelView width={width} height={height} draw={draw} label={name} cursor={cursor.value} />
      ) : (
        <div class="pixels vacant" style={{ aspectRatio: `${width} / ${height}` }}>
          {outcome !== null && 'refused' in outcome && (
            <p>
              <Sentence said={outcome.refused} />
            </p>
          )}
        </div>
      )}
    </figure>
  );
}
