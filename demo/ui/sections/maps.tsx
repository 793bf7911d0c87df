import type { ComponentChildren } from 'preact';
import { useCallback } from 'preact/hooks';
import { relativeError } from '../../../src/app.js';
import type { Picture } from '../../../src/index.js';
import type { MapAnswer } from '../../engine/contract/maps.js';
import { factsOf } from '../../lib/methods.js';
import { PixelView } from '../controls/pixel_view.js';
import { Sentence } from '../controls/sentence.js';
import { Swipe } from '../controls/swipe.js';
import { format, messages } from '../i18n/index.js';
import { isPhotograph, paintFrom, paintMap, paintOverlay } from '../lib/pixels.js';
import {
  className,
  cursor,
  type Drawing,
  drawing,
  exact,
  type Head,
  type HeadMap,
  type Maps,
  opacity,
  type PartialMap,
  partialMaps,
  partialScale,
  reading,
  shownScale,
  subject,
  swipe,
  truth,
} from '../state/signals.js';

/** The question that a map answers, in words. */
export function detailOf({ head, question: { target, contrast } }: Omit<HeadMap, 'answer'>): string {
  const text = messages.value.why;
  if (contrast !== undefined) return text.contrast(className(target), className(contrast));
  return head === 'true' ? text.true(className(target)) : text.predicted(className(target));
}

/** How the maps of a picture are drawn. Alone, the map of a photograph says nothing: nobody sees where in the picture a spot lies. */
export function drawingOf(picture: Picture): Drawing {
  return drawing.value ?? (isPhotograph(picture) ? 'over' : 'alone');
}

/** Draws a map as the visitor chose: alone, or over the picture. */
export function paintAs(canvas: HTMLCanvasElement, picture: Picture, pixels: Float32Array, scale: number): void {
  const drawn = drawingOf(picture);
  if (drawn === 'alone') paintMap(canvas, pixels, picture.width, picture.height, scale);
  else paintOverlay(canvas, picture, pixels, scale, opacity.value / 100);
  if (drawn === 'swipe') paintFrom(canvas, picture, Math.round((swipe.value / 100) * picture.width));
}

/** A map under the handle, where the visitor chose that. */
function Swiped({ picture, name, children }: { readonly picture: Picture; readonly name: string; readonly children: ComponentChildren }) {
  if (drawingOf(picture) !== 'swipe') return <>{children}</>;
  const text = messages.value.why;
  return (
    <Swipe
      label={text.swipe(name)}
      value={swipe.value}
      text={text.swipeAt(format.value.wholePercent(swipe.value / 100))}
      onInput={(value) => {
        swipe.value = value;
      }}
    >
      {children}
    </Swipe>
  );
}

interface MapOnPictureProps {
  readonly map: HeadMap | PartialMap;
  /** [height][width], as many as the picture has. */
  readonly pixels: PartialMap['pixels'];
  readonly picture: Picture;
  /** The value of the strongest colour. */
  readonly scale: number;
  readonly testId: string;
}

/** A map's name, and the map over the picture. */
function MapOnPicture({ map, pixels, picture, scale, testId }: MapOnPictureProps) {
  const text = messages.value.why;
  const { width, height } = picture;
  const name = text.heads[map.head];
  const detail = detailOf(map);
  const draw = useCallback(
    (canvas: HTMLCanvasElement) => paintAs(canvas, picture, pixels, scale),
    [picture, pixels, scale, drawing.value, opacity.value, swipe.value],
  );
  return (
    <>
      <figcaption>
        <strong>{name}</strong> <span class="faint">{detail}</span>
      </figcaption>
      <Swiped picture={picture} name={name}>
        <PixelView
          width={width}
          height={height}
          draw={draw}
          label={text.mapLabel(name, detail)}
          describedBy="pixel-readout"
          cursor={cursor.value}
          onCursor={(pixel) => {
            cursor.value = pixel;
          }}
          testId={testId}
        />
      </Swiped>
    </>
  );
}

/** A map with its numbers below. */
export function MapFigure({ map, index, current }: { readonly map: HeadMap; readonly index: number; readonly current: Maps }) {
  const text = messages.value.why;
  const { number, signed, percent } = format.value;
  const { head, answer } = map;
  const { pixels } = answer;
  const { settings } = current;
  const scale = shownScale.value ?? current.scale;
  const method = factsOf(settings.method);
  const { picture } = current.subject;
  return (
    <figure class="map" data-head={head}>
      <MapOnPicture map={map} pixels={pixels} picture={picture} scale={scale} testId={`map-${head}`} />
      <dl class="facts compact">
        <div>
          <dt>{text.sum}</dt>
          <dd data-sum={answer.sum}>{signed(answer.sum)}</dd>
        </div>
        <div>
          <dt>{text.gain}</dt>
          <dd>{signed(answer.outputAtInput - answer.outputAtBaseline)}</dd>
        </div>
        {method.complete && (
          <div>
            <dt>{text.delta}</dt>
            <dd data-delta={answer.delta}>
              {number(answer.delta)} <span class="faint">({percent(answer.relativeDelta)})</span>
            </dd>
          </div>
        )}
        {method.path === 'quadrature' && (
          <div>
            <dt>{text.error}</dt>
            <dd data-test="error">
              <ExactError map={answer} index={index} />
            </dd>
          </div>
        )}
      </dl>
    </figure>
  );
}

/** A map of the part of the path that is done, while the rest is being made. */
export function PartialFigure({ map, picture }: { readonly map: PartialMap; readonly picture: Picture }) {
  const text = messages.value.why;
  const { head, pixels } = map;
  const { share = 0 } = partialMaps.value ?? {};
  const scale = partialScale.value ?? 1;
  return (
    <figure class="map partial" data-partial={share}>
      <MapOnPicture map={map} pixels={pixels} picture={picture} scale={scale} testId={`partial-${head}`} />
      <p class="hint">{text.partial(format.value.wholePercent(share))}</p>
    </figure>
  );
}

/** The error of map a against the exact map e: max |a - e| / max |e|. */
function ExactError({ map: { values, exact: own }, index }: { readonly map: MapAnswer; readonly index: number }) {
  const text = messages.value.why;
  if (own !== undefined) return <span title={text.regions(format.value.count(own.regions))}>{text.exactSelf}</span>;
  const answer = exact.value;
  if (answer === null) return <span class="faint">{text.exactPending}</span>;
  if ('refused' in answer) {
    return (
      <span class="faint">
        <Sentence said={answer.refused} />
      </span>
    );
  }
  if ('smooth' in answer) return <span class="faint">{text.exactNone(answer.smooth)}</span>;
  const reference = answer.maps[index];
  if (reference === undefined || reference.values.length !== values.length) return <span class="faint">{text.exactPending}</span>;
  const error = relativeError(values, reference.values);
  return (
    <span data-error={error} title={text.regions(format.value.count(reference.exact.regions))}>
      {format.value.percent(error)}
    </span>
  );
}

/** Keeps the place of a missing map, and says why it is missing. */
export function EmptyMap({ head }: { readonly head: Head }) {
  const text = messages.value.why;
  const { width, height } = subject.value?.picture ?? { width: 28, height: 28 };
  const read = reading.value;
  // While the maps are being made nothing is said: which are missing is known when they are there.
  const why =
    read === null || head === 'predicted'
      ? null
      : truth.value === null
        ? text.chooseTruth
        : truth.value === read.class && head === 'true'
          ? text.same
          : null;
  return (
    <figure class="map empty">
      <figcaption>
        <strong>{text.heads[head]}</strong>
      </figcaption>
      <div class="pixels vacant" style={{ aspectRatio: `${width} / ${height}` }}>
        {why !== null && <p>{why}</p>}
      </div>
    </figure>
  );
}
