import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { Patches } from '../../../src/index.js';
import { PixelView } from '../controls/pixel_view.js';
import { Segmented } from '../controls/segmented.js';
import { Select } from '../controls/select.js';
import { Waiting } from '../controls/waiting.js';
import { format, messages, shownLanguage } from '../i18n/index.js';
import type { Pixel } from '../lib/cursor.js';
import { contextOf, paintOverlay } from '../lib/pixels.js';
import { bordersOf, sumsOfRegions } from '../lib/region_sums.js';
import { detailOf } from '../sections/maps.js';
import { type Head, maps, problems, type Subject } from '../state/signals.js';
import { attempt, createLatest, engine } from '../state/tasks.js';
import { CLOSER_TEXTS } from './texts.js';

const COUNTS = ['8', '16', '32', '64', '128', '256'] as const;
/** Rows of the table. */
const STRONGEST = 8;
/** The side of the drawing, about: enough that lines are thin beside pixels. */
const DRAWN = 672;

const runs = createLatest();

/** The superpixels of a picture; null while they are being made. */
function useSuperpixels(subject: Subject | undefined, count: number): { readonly patches: Patches; readonly of: Subject } | null {
  const [found, setFound] = useState<{ readonly patches: Patches; readonly of: Subject; readonly count: number } | null>(null);
  useEffect(() => {
    if (subject === undefined) return;
    const signalOf = runs.next();
    void attempt(problems.why, signalOf, () => engine().superpixels(subject.image, count, signalOf)).then((patches) => {
      if (patches !== undefined) setFound({ patches, of: subject, count });
    });
  }, [subject, count]);
  return found !== null && found.of === subject && found.count === count ? found : null;
}

/** Outlines of regions over the picture, with what a map gives to each of them. */
export function Regions() {
  const text = CLOSER_TEXTS[shownLanguage.value];
  const current = maps.value;
  const [count, setCount] = useState<(typeof COUNTS)[number]>('32');
  const [head, setHead] = useState<Head>('contrast');
  const cut = useSuperpixels(current?.subject, Number(count));
  if (current === null) return <p class="hint">{text.nothing}</p>;
  const map = current.list.find((one) => one.head === head) ?? current.list.at(-1);
  const { heads } = messages.value.why;
  return (
    <div class="regions">
      <p class="hint">{text.regionsHelp}</p>
      <div class="settings">
        <Select
          control="regions"
          label={text.count}
          value={count}
          options={COUNTS.map((value) => ({ value, label: value }))}
          onChange={setCount}
        />
        <Segmented
          control="regions"
          label={text.map}
          value={map?.head ?? head}
          options={current.list.map((one) => ({ value: one.head, label: heads[one.head] }))}
          onChange={setHead}
        />
      </div>
      {cut === null && <Waiting what={text.making} progress={null} onCancel={() => runs.stop()} />}
      {cut !== null && map !== undefined && (
        <Cut subject={current.subject} patches={cut.patches} pixels={map.answer.pixels} detail={detailOf(map)} />
      )}
    </div>
  );
}

interface CutProps {
  readonly subject: Subject;
  readonly patches: Patches;
  /** [pixels] the map. */
  readonly pixels: Float32Array;
  readonly detail: string;
}

function Cut({ subject: { picture }, patches, pixels, detail }: CutProps) {
  const text = CLOSER_TEXTS[shownLanguage.value];
  const { signed, wholePercent, count } = format.value;
  const { width, height } = picture;
  const [at, setAt] = useState<Pixel | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const sums = useMemo(() => sumsOfRegions(pixels, patches), [pixels, patches]);
  const weight = sums.reduce((total, { sum }) => total + Math.abs(sum), 0);
  const strongest = useMemo(() => [...sums].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum)).slice(0, STRONGEST), [sums]);
  const pointed = at === null ? undefined : patches.labels[at.y * width + at.x];
  const region = pointed ?? chosen ?? null;
  const draw = useCallback(
    (canvas: HTMLCanvasElement) => {
      const unit = Math.max(1, Math.round(DRAWN / Math.max(width, height)));
      const filled = document.createElement('canvas');
      const most = sums.reduce((largest, { sum }) => Math.max(largest, Math.abs(sum)), 0);
      paintOverlay(
        filled,
        picture,
        Float32Array.from(patches.labels, (label) => sums[label]?.sum ?? 0),
        most || 1,
        0.7,
      );
      canvas.width = width * unit;
      canvas.height = height * unit;
      const context = contextOf(canvas);
      context.imageSmoothingEnabled = false;
      context.drawImage(filled, 0, 0, canvas.width, canvas.height);
      const stroke = (lines: ReturnType<typeof bordersOf>, style: string, thick: number) => {
        context.strokeStyle = style;
        context.lineWidth = thick;
        context.beginPath();
        for (const [x1, y1, x2, y2] of lines) {
          context.moveTo(x1 * unit, y1 * unit);
          context.lineTo(x2 * unit, y2 * unit);
        }
        context.stroke();
      };
      const between = bordersOf(patches, width, height);
      stroke(between, '#ffffffb0', 3);
      stroke(between, '#1c1d21', 1);
      // Okabe and Ito's orange, as around changed pixels.
      if (region !== null) stroke(bordersOf(patches, width, height, region), '#e69f00', 5);
    },
    [picture, patches, sums, region],
  );
  const shown = region === null ? undefined : sums[region];
  return (
    <div class="cut">
      <PixelView
        width={width}
        height={height}
        draw={draw}
        label={text.label(patches.count, detail)}
        describedBy="region-now"
        cursor={at}
        onCursor={setAt}
        testId="regions-view"
      />
      <div>
        <p id="region-now" aria-live="polite" data-test="region-now" data-sum={shown?.sum}>
          {shown === undefined
            ? text.point
            : text.region(count(shown.pixels), signed(shown.sum), wholePercent(weight === 0 ? 0 : Math.abs(shown.sum) / weight))}
        </p>
        <table class="bare-table region-table">
          <caption class="label">{text.table}</caption>
          <thead>
            <tr>
              <th scope="col">{text.where}</th>
              <th scope="col">{text.pixels}</th>
              <th scope="col">{text.sum}</th>
            </tr>
          </thead>
          <tbody>
            {strongest.map((each) => (
              <tr key={each.region}>
                <th scope="row">
                  <button
                    type="button"
                    class="link"
                    aria-pressed={region === each.region}
                    onFocus={() => setChosen(each.region)}
                    onPointerEnter={() => setChosen(each.region)}
                    onClick={() => setChosen(each.region)}
                  >
                    {middleOf(patches, each.region, width, text.at)}
                  </button>
                </th>
                <td>{count(each.pixels)}</td>
                <td>{signed(each.sum)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** Where the middle of a region lies, for readers. */
function middleOf({ labels }: Patches, region: number, width: number, write: (x: number, y: number) => string): string {
  let x = 0;
  let y = 0;
  let pixels = 0;
  labels.forEach((label, pixel) => {
    if (label !== region) return;
    x += pixel % width;
    y += Math.floor(pixel / width);
    pixels++;
  });
  return write(Math.round(x / pixels) + 1, Math.round(y / pixels) + 1);
}
