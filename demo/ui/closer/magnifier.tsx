import { useCallback, useRef } from 'preact/hooks';
import type { Picture } from '../../../src/index.js';
import { PixelView } from '../controls/pixel_view.js';
import { format, messages, shownLanguage } from '../i18n/index.js';
import { type Cropped, squareAround } from '../lib/crop.js';
import { moveCursor, type Pixel } from '../lib/cursor.js';
import { paintMap, paintPicture } from '../lib/pixels.js';
import { cursor, type Maps, maps, shownScale } from '../state/signals.js';
import { CLOSER_TEXTS, type CloserTexts } from './texts.js';

/** Pixels along each side: few enough that their numbers can be read on a phone. */
const SIDE = 5;
const MIDDLE = (SIDE * SIDE) >> 1;

/** The pixels around the cursor, enlarged, with their numbers: of the picture, and of every map. */
export function Magnifier() {
  const text = CLOSER_TEXTS[shownLanguage.value];
  const current = maps.value;
  const pointed = cursor.value;
  // It stays where the pointer left the map, so that the numbers can be read.
  const last = useRef<Pixel | null>(null);
  if (pointed !== null) last.current = pointed;
  if (current === null) return <p class="hint">{text.nothing}</p>;
  const { width, height } = current.subject.picture;
  const kept = last.current;
  const at = kept !== null && kept.x < width && kept.y < height ? kept : null;
  return (
    <div
      class="magnifier"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys.
      tabIndex={0}
      aria-label={text.magnifier}
      aria-describedby="magnifier-help pixel-readout"
      onKeyDown={(event) => {
        const moved = moveCursor(at ?? { x: width >> 1, y: height >> 1 }, event.key, width, height);
        if (moved === undefined) return;
        event.preventDefault();
        cursor.value = moved;
      }}
    >
      <p class="hint" id="magnifier-help">
        {text.magnifierHelp} {at === null && text.nothing}
      </p>
      {at !== null && <Tiles at={at} current={current} text={text} />}
    </div>
  );
}

interface TilesProps {
  readonly at: Pixel;
  readonly current: Maps;
  readonly text: CloserTexts;
}

function Tiles({ at, current, text }: TilesProps) {
  const { picture } = current.subject;
  const { width, height } = picture;
  const square = squareAround(at, SIDE, width, height);
  const scale = shownScale.value ?? current.scale;
  const { heads } = messages.value.why;
  const colours = colourTile(picture, square);
  return (
    <div class="tiles">
      <Tile at={at} name={text.picture} text={text} numbers={colours.numbers} dark={colours.dark} paint={colours.paint} />
      {current.list.map(({ head, answer }) => {
        const values = square.map((pixel) => (pixel === null ? null : (answer.pixels[pixel] ?? 0)));
        return (
          <Tile
            key={head}
            at={at}
            name={heads[head]}
            text={text}
            numbers={values.map((value) => (value === null ? '' : format.value.signed(value)))}
            // The strongest colours of maps are dark, the middle is light.
            dark={values.map((value) => Math.abs(value ?? 0) > 0.55 * scale)}
            paint={(canvas) =>
              paintMap(
                canvas,
                values.map((value) => value ?? 0),
                SIDE,
                SIDE,
                scale,
              )
            }
          />
        );
      })}
    </div>
  );
}

/** The square of the picture: its colours, and which of them are dark. */
function colourTile({ channels, data }: Picture, square: readonly Cropped[]) {
  const cropped = new Uint8Array(square.length * channels);
  const bytes = square.map((pixel, i) => {
    if (pixel === null) return null;
    const colour = data.subarray(pixel * channels, (pixel + 1) * channels);
    cropped.set(colour, i * channels);
    return [...colour];
  });
  return {
    numbers: bytes.map((colour) => colour?.join('\n') ?? ''),
    dark: bytes.map(
      (colour) =>
        colour === null || (colour[0] ?? 0) * 0.3 + (colour[1] ?? colour[0] ?? 0) * 0.59 + (colour[2] ?? colour[0] ?? 0) * 0.11 < 128,
    ),
    paint: (canvas: HTMLCanvasElement) => paintPicture(canvas, { width: SIDE, height: SIDE, channels, data: cropped }),
  };
}

interface TileProps {
  readonly at: Pixel;
  readonly name: string;
  readonly text: CloserTexts;
  /** One for each pixel; empty beyond the picture. */
  readonly numbers: readonly string[];
  readonly dark: readonly boolean[];
  readonly paint: (canvas: HTMLCanvasElement) => void;
}

function Tile({ at, name, text, numbers, dark, paint }: TileProps) {
  const draw = useCallback(paint, [numbers.join()]);
  return (
    <figure>
      <figcaption class="label">{name}</figcaption>
      <div class="tile" data-middle={numbers[MIDDLE]}>
        <PixelView width={SIDE} height={SIDE} draw={draw} label={text.around(name, at.x + 1, at.y + 1, numbers[MIDDLE] ?? '')} />
        <div class="numbers" aria-hidden="true">
          {numbers.map((number, i) => (
            <span key={i} class={`${dark[i] ? 'on-dark' : ''}${number === '' ? ' beyond' : ''}${i === MIDDLE ? ' middle' : ''}`}>
              {number}
            </span>
          ))}
        </div>
      </div>
    </figure>
  );
}
