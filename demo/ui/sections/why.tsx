import { useCallback } from 'preact/hooks';
import { NESTED_RULES, PHOTOGRAPH } from '../../../src/app.js';
import { BASELINES, OUTPUTS, RULES, type Rule } from '../../../src/index.js';
import { factsOf, OFFERED } from '../../lib/methods.js';
import { present } from '../../lib/present.js';
import { CloserHosts } from '../closer/hosts.js';
import { Chapter } from '../controls/chapter.js';
import { Notice } from '../controls/notice.js';
import { PixelView } from '../controls/pixel_view.js';
import { Segmented } from '../controls/segmented.js';
import { Select } from '../controls/select.js';
import { Slider } from '../controls/slider.js';
import { Waiting } from '../controls/waiting.js';
import { format, messages } from '../i18n/index.js';
import { UndecidedNote } from '../input/undecided_note.js';
import { isPhotograph, paintMap } from '../lib/pixels.js';
import { OptionsHost } from '../options/host.js';
import { LEAST_PERCENTILE } from '../state/address.js';
import { stopMaps } from '../state/maps.js';
import { changeSettings } from '../state/settings.js';
import {
  cursor,
  DRAWINGS,
  type Drawing,
  drawing,
  type Head,
  type Maps,
  mapping,
  maps,
  model,
  opacity,
  partialMaps,
  partialScale,
  percentile,
  problems,
  settings,
  shownScale,
  subject,
  undecided,
} from '../state/signals.js';
import { WordsHost } from '../words/host.js';
import { AllMaps } from './all_maps.js';
import { drawingOf, EmptyMap, MapFigure, PartialFigure } from './maps.js';
import { PathPanel } from './path.js';

const STEPS = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const MODES = ['number', 'auto', 'exact'] as const;
const HEADS: readonly Head[] = ['predicted', 'true', 'contrast'];

/** Step 2: which pixels made the network read this class. */
export function Why() {
  const text = messages.value.why;
  const current = maps.value;
  const partial = partialMaps.value;
  const scale = shownScale.value;
  return (
    <Chapter id="why" number={2} title={text.title} intro={text.intro}>
      <Notice problem={problems.why} />
      <div class="card" data-control="explain">
        <WordsHost part="why" />
        <Controls />
        <OptionsHost />
        {undecided.value && <UndecidedNote />}
        <div class="maps" data-control="maps" data-test="maps">
          {HEADS.map((head) => {
            const index = current?.list.findIndex((one) => one.head === head) ?? -1;
            const map = current?.list[index];
            const part = partial?.list.find((one) => one.head === head);
            if (partial !== null && part !== undefined) return <PartialFigure key={head} map={part} picture={partial.subject.picture} />;
            // Maps of an earlier picture beside parts of this one would have another scale.
            return current === null || map === undefined || partial !== null ? (
              <EmptyMap key={head} head={head} />
            ) : (
              <MapFigure key={head} map={map} index={index} current={current} />
            );
          })}
        </div>
        <div class="under-maps">
          <Legend scale={partialScale.value ?? scale} clipped={(partial ?? current) !== null && strongestPercentile() < 100} />
          <Readout />
        </div>
        {mapping.value !== null && <Waiting what={messages.value.waiting.maps} progress={mapping.value} onCancel={stopMaps} />}
        <p class="hint" id="pixel-help">
          {text.pixelHelp}
          {current !== null && mapping.value === null && (
            <span data-test="cost" data-plan={current.cost.plan}>
              {' '}
              {spentOn(current)}.
            </span>
          )}
        </p>
        <CloserHosts />
      </div>
      <AllMaps />
      <PathPanel scale={scale ?? 0} />
    </Chapter>
  );
}

function Controls() {
  const text = messages.value.why;
  const { method, steps, mode, rule, baseline, output } = settings.value;
  const facts = factsOf(method);
  const integrates = facts.path === 'quadrature';
  const nested = NESTED_RULES as readonly Rule[];
  const drawn = subject.value === null ? 'alone' : drawingOf(subject.value.picture);
  const strongest = strongestPercentile();
  const position = STEPS.findIndex((count) => count >= steps);
  return (
    <fieldset class="settings" data-control="settings">
      <legend class="visually-hidden">{text.settings}</legend>
      <Select
        control="method"
        label={text.method}
        value={method}
        options={OFFERED.map(({ name, title }) => ({ value: name, label: messages.value.method(name, title) }))}
        onChange={(value) => changeSettings({ method: value })}
      />
      {integrates && (
        <Segmented
          control="count"
          label={text.stepsMode}
          value={mode}
          options={MODES.map((value) => ({ value, label: text.modes[value] }))}
          // `auto` doubles the points and reuses the ones it has. Only nested rules allow that.
          onChange={(value) =>
            changeSettings({
              mode: value,
              ...(value === 'auto' && !nested.includes(rule) && { rule: present(nested[0], 'a nested rule') }),
            })
          }
        />
      )}
      {facts.path !== 'none' && (
        <Slider
          control="steps"
          label={text.steps}
          value={position < 0 ? STEPS.length - 1 : position}
          min={0}
          max={STEPS.length - 1}
          text={format.value.count(steps)}
          disabled={integrates && mode !== 'number'}
          onInput={(value) => changeSettings({ steps: present(STEPS[value], `the step count at ${value}`) })}
        />
      )}
      {integrates && (
        <Select
          control="rule"
          label={text.rule}
          value={rule}
          disabled={mode === 'exact'}
          options={RULES.map((value) => ({ value, label: text.rules[value], disabled: mode === 'auto' && !nested.includes(value) }))}
          onChange={(value) => changeSettings({ rule: value })}
        />
      )}
      {facts.baseline !== 'own' && (
        <Select
          control="baseline"
          label={text.baseline}
          value={baseline}
          options={BASELINES.map((value) => ({ value, label: text.baselines[value] }))}
          onChange={(value) => changeSettings({ baseline: value })}
        />
      )}
      <Segmented
        control="output"
        label={text.output}
        value={output}
        options={OUTPUTS.map((value) => ({ value, label: text.outputs[value] }))}
        onChange={(value) => changeSettings({ output: value })}
      />
      <Segmented<Drawing>
        control="drawn"
        label={text.drawing}
        value={drawn}
        options={DRAWINGS.map((value) => ({ value, label: text.drawings[value] }))}
        onChange={(value) => {
          drawing.value = value;
        }}
      />
      {drawn !== 'alone' && (
        <Slider
          control="opacity"
          label={text.opacity}
          value={opacity.value}
          min={0}
          max={100}
          text={format.value.wholePercent(opacity.value / 100)}
          onInput={(value) => {
            opacity.value = value;
          }}
        />
      )}
      <Slider
        control="percentile"
        label={text.percentile}
        value={strongest}
        min={LEAST_PERCENTILE}
        max={100}
        text={format.value.wholePercent(strongest / 100)}
        onInput={(value) => {
          percentile.value = value;
        }}
      />
    </fieldset>
  );
}

/** The percentile of |value| that has the strongest colour. */
function strongestPercentile(): number {
  const picture = subject.value?.picture;
  return percentile.value ?? (picture !== undefined && isPhotograph(picture) ? PHOTOGRAPH.percentile : 100);
}

/** What the maps cost, and where they were made. */
function spentOn({ cost, milliseconds }: Maps): string {
  const text = messages.value.why;
  const time = format.value.milliseconds(milliseconds);
  if (cost.plan !== 'cpu') return text.spent(time, format.value.count(cost.dispatches));
  return model.value?.device.kind === 'cpu' ? text.spentOnCpu(time) : `${text.spentOnCpu(time)}, ${text.meanwhile}`;
}

const RAMP = Float32Array.from({ length: 255 }, (_, i) => (i - 127) / 127);

/**
 * @param scale null before there are maps.
 * @param clipped whether values beyond the scale have its strongest colours.
 */
function Legend({ scale, clipped }: { readonly scale: number | null; readonly clipped: boolean }) {
  const text = messages.value.why;
  const draw = useCallback((canvas: HTMLCanvasElement) => paintMap(canvas, RAMP, RAMP.length, 1, 1), []);
  const most = scale === null ? '' : format.value.number(scale);
  const least = scale === null ? '' : `−${most}`;
  return (
    <figure class="legend" data-control="legend" data-scale={scale}>
      <figcaption class="label">{text.legend}</figcaption>
      <PixelView width={RAMP.length} height={1} draw={draw} label={scale === null ? text.legend : `${text.legend}: ${least} – ${most}`} />
      <div class="legend-ticks" aria-hidden="true">
        <span>
          {least} {text.against}
        </span>
        <span>0</span>
        <span>
          {text.for} {most}
        </span>
      </div>
      {clipped && <p class="hint">{text.clipped(format.value.wholePercent(1 - strongestPercentile() / 100))}</p>}
    </figure>
  );
}

/** The values of the pixel under the cursor, in the picture and in every map. */
function Readout() {
  const text = messages.value.why;
  const partial = partialMaps.value;
  const shown = partial ?? maps.value;
  const at = cursor.value;
  const picture = shown?.subject.picture;
  // undefined unless the cursor is inside the picture.
  const pixel =
    picture !== undefined && at !== null && at.x < picture.width && at.y < picture.height ? at.y * picture.width + at.x : undefined;
  const shade =
    picture !== undefined && pixel !== undefined
      ? Array.from(picture.data.subarray(pixel * picture.channels, (pixel + 1) * picture.channels)).join(' ')
      : '–';
  return (
    <div class="readout" data-control="pixel" id="pixel-readout" aria-live="polite" data-test="readout">
      <p class="label">
        {text.pixel} <span class="faint">{at !== null && pixel !== undefined ? text.at(at.x + 1, at.y + 1) : ''}</span>
      </p>
      <dl class="facts row">
        <div>
          <dt>{text.input}</dt>
          <dd>{shade}</dd>
        </div>
        {HEADS.map((head) => {
          const value = pixel === undefined ? undefined : shownPixels(head)?.[pixel];
          return (
            <div key={head} data-head={head} data-value={value}>
              <dt>{text.heads[head]}</dt>
              <dd>{value === undefined ? '–' : format.value.signed(value)}</dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

/** The map for a question that is shown: of the part of the path that is done, or of all. */
function shownPixels(head: Head): Float32Array | undefined {
  if (partialMaps.value !== null) return partialMaps.value.list.find((one) => one.head === head)?.pixels;
  return maps.value?.list.find((one) => one.head === head)?.answer.pixels;
}
