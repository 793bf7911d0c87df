import { useCallback } from 'preact/hooks';
import { FITS } from '../../lib/fits.js';
import { takesCentred } from '../../lib/handwriting.js';
import { betterThan, SHIPPED, type ShippedModel } from '../../lib/shipped.js';
import { CameraHost } from '../camera/host.js';
import { Chapter } from '../controls/chapter.js';
import { FileDrop } from '../controls/file_drop.js';
import { Notice } from '../controls/notice.js';
import { PixelView } from '../controls/pixel_view.js';
import { Segmented } from '../controls/segmented.js';
import { Select } from '../controls/select.js';
import { Sentence } from '../controls/sentence.js';
import { Waiting } from '../controls/waiting.js';
import { format, messages } from '../i18n/index.js';
import { ClassBars } from '../input/class_bars.js';
import { DigitStrips } from '../input/digit_strip.js';
import { DrawingBoard } from '../input/drawing_board.js';
import { QuantisedNote } from '../input/quantised_note.js';
import { TruthSelect } from '../input/truth_select.js';
import { KeptHost } from '../kept/host.js';
import { EMPTY, paintPicture } from '../lib/pixels.js';
import { OwnModelHost } from '../own/host.js';
import { ScenesHost } from '../scenes/host.js';
import { fit, openModel, picture, setFit, showDrawing, stopOpening, takeFiles } from '../state/input.js';
import {
  className,
  cursor,
  model,
  opening,
  probabilityOf,
  problems,
  reading,
  SOURCES,
  source,
  subject,
  truth,
  undecided,
} from '../state/signals.js';

const PICTURES = 'image/png,image/jpeg,image/webp,image/bmp,.npy';

/** Step 1: the choice of a network and a picture, and the class that the network reads. */
export function Look() {
  const text = messages.value.look;
  return (
    <Chapter id="look" number={1} title={text.title} intro={text.intro}>
      <Notice problem={problems.look} />
      <div class="look">
        <div class="card chooser" data-control="chooser">
          <NetworkChoice />
          {opening.value !== null && model.value !== null && (
            <Waiting what={messages.value.waiting.opening(opening.value)} progress={null} onCancel={stopOpening} />
          )}
          <Segmented
            control="source"
            label={text.source}
            value={source.value}
            options={SOURCES.map((value) => ({ value, label: text.sources[value] }))}
            onChange={(value) => {
              source.value = value;
            }}
          />
          <div class="source" data-source={source.value}>
            <SourcePanel />
          </div>
          <KeptHost />
        </div>
        <div class="card verdict" data-control="verdict">
          <Verdict />
          <QuantisedNote />
          <ClassBars />
          <ModelNotes />
        </div>
      </div>
    </Chapter>
  );
}

function NetworkChoice() {
  const text = messages.value.look;
  const open = model.value;
  const own = open !== null && open.shipped === null;
  // While a shipped network is being opened its name stands here: at first none is open, and the address may ask for any of them.
  const coming = SHIPPED.find((name) => name === opening.value);
  const better = betterThan(open?.shipped ?? null);
  return (
    <>
      <Select<ShippedModel | 'own'>
        control="network"
        label={text.model}
        value={coming ?? (own ? 'own' : (open?.shipped ?? 'digits-naive'))}
        disabled={open === null || opening.value !== null}
        options={[
          ...(own ? [{ value: 'own' as const, label: text.own(open.name) }] : []),
          ...SHIPPED.map((value) => ({ value, label: text.models[value] })),
        ]}
        onChange={(value) => {
          if (value !== 'own') void openModel({ shipped: value });
        }}
      />
      {better !== undefined && (
        <button
          type="button"
          class="button small"
          disabled={opening.value !== null}
          onClick={() => void openModel({ shipped: better })}
          data-test="better-network"
        >
          {text.good}
        </button>
      )}
    </>
  );
}

/** What the visitor can choose from. Where pixels of an own network must become numbers first, that choice stands above it. */
function SourcePanel() {
  return (
    <>
      {source.value !== 'model' && model.value?.shipped === null && <OwnModelHost part="choice" />}
      <Choices />
    </>
  );
}

function Choices() {
  const text = messages.value.look;
  const open = model.value;
  const fits = FITS.filter((one) => one !== 'centre' || open === null || takesCentred(open.preprocessing));
  switch (source.value) {
    case 'digits':
      return <DigitStrips />;
    case 'draw':
      return <DrawingBoard onDraw={(pixels, side, moving) => void showDrawing(pixels, side, moving)} />;
    case 'scenes':
      return <ScenesHost />;
    case 'picture':
      return (
        <>
          <FileDrop title={text.drop} hint={text.dropHint} accept={PICTURES} onFiles={takeFiles} />
          <CameraHost />
          {(picture.value !== null || subject.value?.origin === 'camera') && (
            <Select
              control="fit"
              label={text.fit}
              value={fit.value}
              options={fits.map((value) => ({ value, label: value === 'centre' ? text.centre : text.fits[value] }))}
              onChange={setFit}
            />
          )}
        </>
      );
    case 'model':
      return (
        <>
          <FileDrop title={text.dropModel} hint={text.dropModelHint} accept=".onnx,.json,.txt,.data,.onnx_data,.bin" onFiles={takeFiles} />
          <OwnModelHost part="facts" />
        </>
      );
  }
}

/** What was chosen while the network was read, and what is doubtful. */
function ModelNotes() {
  const open = model.value;
  if (open === null || (open.notes.length === 0 && !open.multiLabel && !open.binary)) return null;
  return (
    <div data-control="notes" data-test="model-notes">
      {open.multiLabel && <p class="hint">{messages.value.look.multiLabel}</p>}
      {open.binary && <p class="hint">{messages.value.look.binary}</p>}
      {open.notes.map((note) => (
        <p key={note.code} class="hint">
          <Sentence said={note} />
        </p>
      ))}
    </div>
  );
}

function Verdict() {
  const text = messages.value.look;
  const read = reading.value;
  const shown = subject.value;
  const { width, height } = shown?.picture ?? EMPTY;
  const draw = useCallback((canvas: HTMLCanvasElement) => paintPicture(canvas, shown?.picture ?? EMPTY), [shown]);
  const nothing = model.value === null ? messages.value.starting : source.value === 'draw' ? text.empty : text.noPicture;
  const unread = undecided.value ? messages.value.undecided.reading : shown === null ? nothing : messages.value.working;
  const known = read !== null && truth.value !== null;
  return (
    <div class="verdict-head">
      <figure class="seen">
        <figcaption class="label">{text.input}</figcaption>
        <PixelView
          width={width}
          height={height}
          draw={draw}
          label={shown === null ? nothing : text.inputAlt(width, height, shown.name)}
          cursor={cursor.value}
          testId="input"
        />
      </figure>
      <div class="reads" aria-live="polite">
        <p class="label">{text.reads}</p>
        <p class="class-name" data-test="read" data-class={read?.class}>
          {read === null ? '–' : className(read.class)}
        </p>
        <p class="faint">{read === null ? unread : text.with(format.value.percent(probabilityOf(read)))}</p>
        <p class={`badge ${known ? (truth.value === read.class ? 'right' : 'wrong') : 'blank'}`}>
          {known ? (truth.value === read.class ? text.right : text.wrong) : '–'}
        </p>
        <TruthSelect />
      </div>
    </div>
  );
}
