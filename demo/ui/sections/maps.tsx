import { useCallback } from 'preact/hooks';
import { PixelView } from '../controls/pixel_view.js';
import { Sentence } from '../controls/sentence.js';
import { format, messages } from '../i18n/index.js';
import { paintMap } from '../lib/pixels.js';
import { className, cursor, exact, type Head, type Maps, reading, subject, truth } from '../state/page.js';

/** Which question a map answers. */
export function detailOf(current: Maps, index: number): string {
  const text = messages.value.why;
  const { target, contrast } = current.questions[index]!;
  if (contrast !== undefined) return text.contrast(className(target), className(contrast));
  return current.heads[index] === 'true' ? text.true(className(target)) : text.predicted(className(target));
}

/** A map, and what its numbers are. */
export function MapFigure({ current, index, scale }: { readonly current: Maps; readonly index: number; readonly scale: number }) {
  const text = messages.value.why;
  const { number, signed, percent } = format.value;
  const head = current.heads[index]!;
  const values = current.pixels[index]!;
  const { width, height } = current.subject.picture;
  const draw = useCallback((canvas: HTMLCanvasElement) => paintMap(canvas, values, width, height, scale), [values, width, height, scale]);
  const map = current.answer.maps[index]!;
  const detail = detailOf(current, index);
  return (
    <figure class="map" data-head={head}>
      <figcaption>
        <strong>{text.heads[head]}</strong> <span class="faint">{detail}</span>
      </figcaption>
      <PixelView
        width={width}
        height={height}
        draw={draw}
        label={text.mapLabel(text.heads[head], detail)}
        describedBy="pixel-readout"
        cursor={cursor.value}
        onCursor={(pixel) => {
          cursor.value = pixel;
        }}
        testId={`map-${head}`}
      />
      <dl class="facts compact">
        <div>
          <dt>{text.sum}</dt>
          <dd data-sum={map.sum}>{signed(map.sum)}</dd>
        </div>
        <div>
          <dt>{text.gain}</dt>
          <dd>{signed(map.outputAtInput - map.outputAtBaseline)}</dd>
        </div>
        <div>
          <dt>{text.delta}</dt>
          <dd data-delta={map.delta}>
            {number(map.delta)} <span class="faint">({percent(map.relativeDelta)})</span>
          </dd>
        </div>
        <div>
          <dt>{text.error}</dt>
          <dd data-test="error">
            <ExactError current={current} index={index} />
          </dd>
        </div>
      </dl>
    </figure>
  );
}

/** max |a - e| / max |e| against the exact map e. */
function ExactError({ current, index }: { readonly current: Maps; readonly index: number }) {
  const text = messages.value.why;
  const own = current.answer.maps[index]!.exact;
  if (own !== undefined) return <span title={text.regions(format.value.count(own.regions))}>{text.exactSelf}</span>;
  const answer = exact.value;
  if (answer === null) return <span class="faint">{text.exactPending}</span>;
  if ('refused' in answer) {
    return (
      <span class="faint">
        <Sentence text={answer.refused} />
      </span>
    );
  }
  if ('smooth' in answer) return <span class="faint">{text.exactNone(answer.smooth)}</span>;
  const reference = answer.maps[index];
  const { values } = current.answer.maps[index]!;
  if (reference === undefined || reference.values.length !== values.length) return <span class="faint">{text.exactPending}</span>;
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < values.length; i++) {
    largest = Math.max(largest, Math.abs(reference.values[i]!));
    difference = Math.max(difference, Math.abs(values[i]! - reference.values[i]!));
  }
  const error = difference === 0 ? 0 : difference / largest;
  return (
    <span data-error={error} title={text.regions(format.value.count(reference.exact.regions))}>
      {format.value.percent(error)}
    </span>
  );
}

/** Keeps the place of a map that there is none of, and says why. */
export function EmptyMap({ head }: { readonly head: Head }) {
  const text = messages.value.why;
  const { width, height } = subject.value?.picture ?? { width: 28, height: 28 };
  const same = truth.value !== null && reading.value?.class === truth.value;
  return (
    <figure class="map empty">
      <figcaption>
        <strong>{text.heads[head]}</strong>
      </figcaption>
      <div class="pixels vacant" style={{ aspectRatio: `${width} / ${height}` }}>
        {reading.value !== null && head !== 'predicted' && <p>{same ? text.same : text.chooseTruth}</p>}
      </div>
    </figure>
  );
}
