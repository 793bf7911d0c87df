import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { PathAnswer } from '../../engine/contract/maps.js';
import { factsOf } from '../../lib/methods.js';
import { present } from '../../lib/present.js';
import { Chart } from '../controls/chart.js';
import { PixelView } from '../controls/pixel_view.js';
import { Slider } from '../controls/slider.js';
import { format, messages } from '../i18n/index.js';
import { playSteps } from '../lib/animation.js';
import { mixPictures, paintMap, paintPicture } from '../lib/pixels.js';
import { alpha, className, cursor, path, ranking, reading, settings, truth } from '../state/signals.js';

/** Milliseconds that the animation takes from alpha 0 to 1. */
const PLAY = 4000;

/** The path of the integral. At the chosen alpha it shows the picture, the gradient, and the integral up to there. */
export function PathPanel({ scale }: { readonly scale: number }) {
  const text = messages.value.why;
  const answer = path.value;
  return (
    <div class="card path" data-control="path" data-test="path">
      <h3>{text.path}</h3>
      <p class="intro">{text.pathIntro}</p>
      {answer === null ? <div class="path-waiting" /> : <PathView answer={answer} scale={scale} />}
    </div>
  );
}

function PathView({ answer, scale }: { readonly answer: PathAnswer; readonly scale: number }) {
  const text = messages.value.why;
  const { number, signed, count } = format.value;
  const { alphas, from, to, gradients, cumulative, sums } = answer;
  const at = Math.min(alpha.value, alphas.length - 1);
  const [playing, setPlaying] = useState(false);
  const size = from.width * from.height;

  useEffect(() => {
    if (!playing) return;
    const last = alphas.length - 1;
    const first = alpha.peek() >= last ? 0 : alpha.peek();
    return playSteps(first, last, PLAY, (step) => {
      alpha.value = step;
      if (step === last) setPlaying(false);
    });
  }, [playing, answer]);

  const share = present(alphas[at], `alpha ${at}`);
  const drawBlend = useCallback((canvas: HTMLCanvasElement) => paintPicture(canvas, mixPictures(from, to, share)), [answer, at]);
  const drawGradient = useCallback(
    (canvas: HTMLCanvasElement) => paintMap(canvas, gradients.subarray(at * size, (at + 1) * size), from.width, from.height, answer.scale),
    [answer, at],
  );
  const drawSum = useCallback(
    (canvas: HTMLCanvasElement) => paintMap(canvas, cumulative.subarray(at * size, (at + 1) * size), from.width, from.height, scale),
    [answer, at, scale],
  );
  const series = useMemo(() => {
    const target = reading.value?.class ?? 0;
    const other = truth.value !== null && truth.value !== target ? truth.value : ranking.value[1];
    const lines = [{ label: text.outputOf(className(target)), values: Array.from(answer.target) }];
    if (answer.runnerUp !== null && other !== undefined) {
      lines.push({ label: text.outputOf(className(other)), values: Array.from(answer.runnerUp) });
    }
    return lines;
  }, [answer, text]);
  const x = useMemo(() => Array.from(alphas), [alphas]);
  const now = text.pathNow(
    number(share),
    number(present(answer.target[at], `the output at alpha ${at}`)),
    signed(present(sums[at], `the sum up to alpha ${at}`)),
  );
  const views = [
    { label: text.interpolated, draw: drawBlend },
    { label: text.gradient, draw: drawGradient },
    { label: text.cumulative, draw: drawSum },
  ];
  return (
    <>
      <div class="alpha">
        <button type="button" class="button" onClick={() => setPlaying(!playing)} data-test="play">
          {playing ? text.pause : text.play}
        </button>
        <Slider
          control="path"
          label={text.alpha}
          value={at}
          min={0}
          max={alphas.length - 1}
          text={number(share)}
          onInput={(value) => {
            setPlaying(false);
            alpha.value = value;
          }}
        />
      </div>
      <div class="path-views">
        {views.map(({ label, draw }) => (
          <figure key={label}>
            <figcaption class="label">{label}</figcaption>
            <PixelView width={from.width} height={from.height} draw={draw} label={label} cursor={cursor.value} />
          </figure>
        ))}
        <div class="path-chart">
          <p class="label">{text.alongPath}</p>
          <Chart label={`${text.alongPath}. ${now}`} x={x} series={series} xLabel="α" mark={share} formatX={number} formatY={number} />
        </div>
      </div>
      <button
        type="button"
        class="button"
        data-file="path-gif"
        onClick={() => void import('../gif/gif_file.js').then(({ savePath }) => savePath(answer, scale))}
      >
        {text.pathGif}
      </button>
      <p class="hint" data-test="path-now" data-sum={sums[at]}>
        {now}
        {factsOf(settings.value.method).path === 'quadrature' && ` ${text.pathPoints(count(alphas.length))}`}
      </p>
    </>
  );
}
