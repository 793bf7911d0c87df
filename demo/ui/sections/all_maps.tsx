import { useCallback, useState } from 'preact/hooks';
import { scaleOf, sharedScaleOf } from '../../../src/app.js';
import { factsOf } from '../../lib/methods.js';
import { PixelView } from '../controls/pixel_view.js';
import { Segmented } from '../controls/segmented.js';
import { Sentence } from '../controls/sentence.js';
import { Waiting } from '../controls/waiting.js';
import { messages } from '../i18n/index.js';
import { type Across, type AllMaps as All, allMaps, type Cell, makeAll, making, stopAll } from '../state/all_maps.js';
import { className, cursor, drawing, maps, opacity, percentile, swipe } from '../state/signals.js';
import { paintAs } from './maps.js';

const SCALES = ['own', 'one'] as const;
type Scale = (typeof SCALES)[number];

/** Every method, or every baseline, on the same question. */
export function AllMaps() {
  const text = messages.value.why.all;
  const all = allMaps.value;
  const running = making.value;
  const [scale, setScale] = useState<Scale>('own');
  const at = running === null ? undefined : all?.cells[running.at];
  return (
    <div class="card" data-control="all" data-test="all-maps">
      <h3>{text.title}</h3>
      <p class="intro">{text.intro}</p>
      <div class="toolbar">
        <button
          type="button"
          class="button primary"
          disabled={maps.value === null || running !== null}
          onClick={() => void makeAll('methods')}
          data-test="all-methods"
        >
          {text.methods}
        </button>
        <button
          type="button"
          class="button"
          disabled={maps.value === null || running !== null}
          onClick={() => void makeAll('baselines')}
          data-test="all-baselines"
        >
          {text.baselines}
        </button>
        {running !== null && all !== null && at !== undefined && (
          <Waiting what={text.making(nameOf(at, all.across))} progress={running.progress} onCancel={stopAll} />
        )}
      </div>
      {all !== null && (
        <>
          <Segmented
            label={text.scale}
            value={scale}
            options={SCALES.map((value) => ({ value, label: text.scales[value] }))}
            onChange={setScale}
          />
          <p class="hint">
            {text.of(questionOf(all))} {scale === 'one' && text.scaleHint}{' '}
            {(all.subject !== maps.value?.subject || all.settings !== maps.value.settings) && <strong>{text.stale}</strong>}
          </p>
          <Grid all={all} scale={scale} />
        </>
      )}
    </div>
  );
}

function questionOf({ question: { target, contrast } }: All): string {
  const text = messages.value.why;
  return contrast === undefined ? text.predicted(className(target)) : text.contrast(className(target), className(contrast));
}

function nameOf({ settings: { method, baseline } }: Cell, across: Across): string {
  return across === 'methods' ? factsOf(method).title : messages.value.why.baselines[baseline];
}

function Grid({ all, scale }: { readonly all: All; readonly scale: Scale }) {
  const made = all.cells.flatMap(({ outcome }) => (outcome !== null && 'pixels' in outcome ? [outcome.pixels] : []));
  const shared = scale === 'one' && made.length > 0 ? sharedScaleOf(made, percentile.value ?? undefined).scale : null;
  return (
    <div class="map-grid" data-test="map-grid">
      {all.cells.map((cell) => (
        <GridCell key={nameOf(cell, all.across)} cell={cell} all={all} shared={shared} />
      ))}
    </div>
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
      const scale = shared ?? scaleOf(pixels, chosen).scale;
      paintAs(canvas, picture, pixels, scale);
    },
    [pixels, shared, chosen, drawing.value, opacity.value, swipe.value, picture],
  );
  return (
    <figure data-made={pixels !== null} data-name={all.across === 'methods' ? cell.settings.method : cell.settings.baseline}>
      <figcaption class="label">{name}</figcaption>
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
