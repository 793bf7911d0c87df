import type { ComponentChildren } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { scaleOf } from '../../../src/app.js';
import type { StoryDigit } from '../../lib/story.js';
import { PixelView } from '../controls/pixel_view.js';
import { format } from '../i18n/index.js';
import { contextOf, paintOverlay, paintPicture } from '../lib/pixels.js';
import { editedPicture, marksOf, pictureOf, valuesOf } from '../lib/story.js';
import type { LectureTexts, Turns } from './en.js';

interface DigitSlideProps {
  readonly digit: StoryDigit;
  readonly slide: LectureTexts['slides'][number];
  /** 0: the question alone. 1: with the answer. 2: with the lesson, too. */
  readonly part: number;
  readonly text: LectureTexts;
}

/** One digit of the study: the question first, then the answer, then what it teaches. */
export function DigitSlide({ digit, slide, part, text }: DigitSlideProps) {
  const { wholePercent, percent } = format.value;
  const shown = useMemo(() => prepare(digit), [digit]);
  const [truth, read, reads] = [String(digit.truth), String(digit.read), String(digit.study.reads)];
  const changed = digit.study.flips.length;
  const turns = turnsOf(digit, wholePercent);
  const { before, after, marks, values } = shown;
  const drawBefore = useCallback((canvas: HTMLCanvasElement) => paintPicture(canvas, before), [before]);
  const drawAfter = useCallback((canvas: HTMLCanvasElement) => paintPicture(canvas, after), [after]);
  const drawMap = useCallback(
    (canvas: HTMLCanvasElement) => paintOverlay(canvas, before, values, scaleOf(values).scale, 1),
    [before, values],
  );
  const { width, height } = before;
  const mapLabel = isContrast(digit) ? text.map(truth, read) : text.mapAlone(truth);
  return (
    <>
      <h2 data-test="lecture-question">{slide.question(truth, read, percent(digit.probability))}</h2>
      <div class="lecture-pictures">
        <div class={part > 0 ? undefined : 'alone'}>
          <Shown kind="wrong" caption={<Reading reading={read} says={text.reads(read)} />}>
            <PixelView width={width} height={height} draw={drawBefore} label={text.digit(truth)} />
          </Shown>
          {part > 0 && (
            <>
              <Shown kind="map" caption={<Colours digit={digit} text={text} />}>
                <PixelView width={width} height={height} draw={drawMap} label={mapLabel} />
              </Shown>
              <Shown kind="right" caption={<Reading reading={reads} says={text.reads(reads)} />}>
                <PixelView width={width} height={height} draw={drawAfter} marks={marks} label={text.after(changed, reads)} />
              </Shown>
            </>
          )}
        </div>
      </div>
      {part > 0 && (
        <>
          {digit.study.strategy === 'target' && <Percentages digit={digit} label={text.percentages} />}
          <p data-test="lecture-answer">{slide.answer(truth, read, changed, turns)}</p>
          <p class={part > 1 ? 'lesson' : 'lesson unsaid'} data-test={part > 1 ? 'lecture-lesson' : undefined}>
            {slide.lesson}
          </p>
        </>
      )}
    </>
  );
}

interface ShownProps {
  readonly kind: 'wrong' | 'map' | 'right';
  readonly caption: ComponentChildren;
  readonly children: ComponentChildren;
}

function Shown({ kind, caption, children }: ShownProps) {
  return (
    <figure class={`lecture-picture ${kind}`}>
      {children}
      <figcaption>{caption}</figcaption>
    </figure>
  );
}

/** What is read in a picture, and the same in words. */
function Reading({ reading, says }: { readonly reading: string; readonly says: string }) {
  return (
    <>
      <span aria-hidden="true">{reading}</span>
      <span class="visually-hidden">{says}</span>
    </>
  );
}

/** Which colour of the map speaks for which class. The map's own label says it in words. */
function Colours({ digit, text }: { readonly digit: StoryDigit; readonly text: LectureTexts }) {
  return (
    <>
      <span aria-hidden="true">
        <i />
        {digit.truth}
      </span>
      <span aria-hidden="true">
        <i />
        {isContrast(digit) ? digit.read : text.not(String(digit.truth))}
      </span>
    </>
  );
}

/** Whether the map of a slide weighs one class against the other. */
const isContrast = ({ map, study }: StoryDigit) => map === null || study.strategy !== 'target';

function prepare(digit: StoryDigit) {
  const before = pictureOf(digit);
  const values = valuesOf(isContrast(digit) || digit.map === null ? digit.contrast : digit.map);
  return { before, after: editedPicture(before, digit.study), marks: marksOf(digit.study), values };
}

/** Where along the percentages the class is reached, lost, and reached again. */
function turnsOf({ percentages, truth }: StoryDigit, write: (share: number) => string): Turns {
  const figures = [...percentages];
  const isTruth = (figure: string) => figure === String(truth);
  const first = figures.findIndex(isTruth);
  const lost = figures.findIndex((figure, i) => i > first && !isTruth(figure));
  const again = figures.findIndex((figure, i) => i > lost && isTruth(figure));
  return { first: write(first / 100), lost: write(lost / 100), lostTo: figures[lost] ?? '', again: write(again / 100) };
}

function Percentages({ digit: { percentages, truth }, label }: { readonly digit: StoryDigit; readonly label: string }) {
  const { wholePercent } = format.value;
  const draw = useCallback(
    (canvas: HTMLCanvasElement) => {
      canvas.width = percentages.length;
      canvas.height = 1;
      const context = contextOf(canvas);
      [...percentages].forEach((figure, i) => {
        context.fillStyle = figure === String(truth) ? '#e69f00' : '#8c8f96';
        context.fillRect(i, 0, 1, 1);
      });
    },
    [percentages, truth],
  );
  return (
    <div class="lecture-percentages">
      <span aria-hidden="true">{wholePercent(0)}</span>
      <PixelView width={percentages.length} height={1} draw={draw} label={label} />
      <span aria-hidden="true">{wholePercent(1)}</span>
    </div>
  );
}
