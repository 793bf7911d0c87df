import { useMemo } from 'preact/hooks';
import { PRESETS } from '../../../src/index.js';
import type { PresetReading } from '../../engine/contract/models.js';
import { Sentence } from '../controls/sentence.js';
import { Waiting } from '../controls/waiting.js';
import { format, messages } from '../i18n/index.js';
import { choosePreset } from '../state/input.js';
import { stopMaps } from '../state/maps.js';
import { presetPicture, readingsOf, stopPresets, tryingPresets, tryPresets } from '../state/presets.js';
import { className, mapping, model, opening, subject, truth } from '../state/signals.js';
import { texts } from './texts.js';

/** How many classes a reading names. */
const TOP = 3;

/**
 * The usual ways to turn pixels into numbers, each with what the visitor's network reads in the picture: nothing in the file says with which one it
 * was trained. They are tried unasked where nothing beside the network says how, and no map is made until the visitor has chosen.
 */
export function Presets() {
  const text = texts.value.presets;
  const open = model.value;
  const shown = presetPicture();
  if (open === null || open.shipped !== null || !open.preprocessing.takesPictures) return null;
  if (open.preprocessingFound && open.preset === null) return null;
  const readings = readingsOf(shown);
  const right = readings.filter((one) => placeOf(one, truth.value)?.place === 1);
  return (
    <fieldset class="presets" data-control="presets" data-test="presets">
      <legend class="label">{text.title}</legend>
      <p class="hint">
        {open.preset !== null
          ? text.chosen
          : shown === null
            ? subject.value?.origin === 'camera'
              ? text.needsFrame
              : text.needsPicture
            : text.intro}
      </p>
      {tryingPresets.value !== null && <Waiting what={text.trying} progress={tryingPresets.value} onCancel={stopPresets} />}
      {mapping.value !== null && <Waiting what={messages.value.waiting.maps} progress={mapping.value} onCancel={stopMaps} />}
      {PRESETS.map((preset) => {
        const reading = readings.find((one) => one.preset === preset);
        return (
          <label key={preset} class="preset" data-preset={preset}>
            <input
              type="radio"
              name="preset"
              checked={open.preset === preset}
              disabled={opening.value !== null}
              onChange={() => void choosePreset(preset)}
            />
            <span>
              <strong>{text.names[preset]}</strong> {reading !== undefined && <Answers reading={reading} />}
              {right.length === 1 && right[0] === reading && <em class="preset-best"> {text.best}</em>}
            </span>
          </label>
        );
      })}
      {shown !== null && tryingPresets.value === null && readings.length < PRESETS.length && (
        <button type="button" class="button small" onClick={() => void tryPresets()} data-test="try-presets">
          {text.again}
        </button>
      )}
    </fieldset>
  );
}

function Answers({ reading }: { readonly reading: PresetReading }) {
  const { list, percent } = format.value;
  const probabilities = 'refused' in reading ? undefined : reading.probabilities;
  const top = useMemo(() => mostProbable(probabilities ?? []), [probabilities]);
  if ('refused' in reading) {
    return (
      <span class="faint">
        <Sentence said={reading.refused} />
      </span>
    );
  }
  const said = placeOf(reading, truth.value);
  return (
    <>
      <span class="preset-answers">{list(top.map(({ index, probability }) => `${className(index)} (${percent(probability)})`))}</span>
      {said !== null && said.place > 1 && (
        <span class="faint">
          {' '}
          · {texts.value.presets.place(className(said.index), said.place, said.place > TOP ? percent(said.probability) : null)}
        </span>
      )}
    </>
  );
}

function mostProbable(probabilities: ArrayLike<number>) {
  return Array.from(probabilities, (probability, index) => ({ index, probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, TOP);
}

/** Where the class that the picture shows stands among all, from 1 on; null where nobody said which that is, or the preset does not fit. */
function placeOf(reading: PresetReading, index: number | null) {
  const probability = 'refused' in reading || index === null ? undefined : reading.probabilities[index];
  if ('refused' in reading || index === null || probability === undefined) return null;
  return { index, probability, place: 1 + reading.probabilities.filter((other) => other > probability).length };
}
