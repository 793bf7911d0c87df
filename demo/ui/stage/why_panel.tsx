import { useCallback } from 'preact/hooks';
import { scaleOf } from '../../../src/app.js';
import type { Picture } from '../../../src/index.js';
import type { Question } from '../../engine/contract/maps.js';
import { PixelView } from '../controls/pixel_view.js';
import { Waiting } from '../controls/waiting.js';
import { messages } from '../i18n/index.js';
import { UndecidedNote } from '../input/undecided_note.js';
import { EMPTY, paintMap, paintOverlay, paintPicture } from '../lib/pixels.js';
import { arrival, isArrival, playing } from '../state/arrival.js';
import { stopMaps } from '../state/maps.js';
import { className, mapping, maps, subject, undecided } from '../state/signals.js';
import { Layers, Panel } from './panel.js';

interface Shown {
  readonly picture: Picture;
  readonly values: Float32Array;
  readonly question: Question;
}

/** The map that says most, over its picture: that of the contrast, the last one. */
function shownMap(): Shown | null {
  if (isArrival.value) {
    return { picture: arrival.before, values: arrival.map, question: { target: arrival.truth, contrast: arrival.read } };
  }
  const last = maps.value?.list.at(-1);
  return last === undefined || maps.value === null || subject.value === null
    ? null
    : { picture: maps.value.subject.picture, values: last.answer.pixels, question: last.question };
}

/** Which pixels made the network read it. */
export function WhyPanel() {
  const text = messages.value.stage;
  const map = shownMap();
  const picture = map?.picture ?? subject.value?.picture ?? EMPTY;
  const values = map?.values;
  const bare = useCallback((canvas: HTMLCanvasElement) => paintPicture(canvas, picture), [picture]);
  const draw = useCallback(
    (canvas: HTMLCanvasElement) =>
      values === undefined ? paintPicture(canvas, picture) : paintOverlay(canvas, picture, values, scaleOf(values).scale, 1),
    [values, picture],
  );
  const waits = map === null && mapping.value !== null;
  const { width, height } = picture;
  const words = map === null ? text.noMap : wordsOf(map.question);
  return (
    <Panel
      id="why"
      question={text.why}
      view={
        <Layers beneath={playing.value ? <PixelView width={width} height={height} draw={bare} label={text.picture} /> : null}>
          <PixelView width={width} height={height} draw={draw} label={words} testId="stage-map" />
        </Layers>
      }
    >
      {map !== null && <Key {...map.question} />}
      {undecided.value ? <UndecidedNote /> : !waits && <p class="panel-words">{words}</p>}
      {waits && <Waiting what={messages.value.waiting.maps} progress={mapping.value} onCancel={stopMaps} />}
    </Panel>
  );
}

function wordsOf({ target, contrast }: Question): string {
  const text = messages.value.stage;
  return contrast === undefined ? text.speaksFor(className(target)) : text.speaksRather(className(target), className(contrast));
}

const RAMP = Float32Array.from({ length: 63 }, (_, i) => (i - 31) / 31);
const drawRamp = (canvas: HTMLCanvasElement) => paintMap(canvas, RAMP, RAMP.length, 1, 1);

/** Which end of the colours is which class. */
function Key({ target, contrast }: Question) {
  const text = messages.value.stage;
  return (
    <div class="key" aria-hidden="true">
      <span>{contrast === undefined ? text.against : className(contrast)}</span>
      <PixelView width={RAMP.length} height={1} draw={drawRamp} label={text.colours} />
      <span>{contrast === undefined ? text.for : className(target)}</span>
    </div>
  );
}
