import { useEffect } from 'preact/hooks';
import { PRESETS } from '../../../src/index.js';
import type { PresetReading } from '../../engine/contract.js';
import { Sentence } from '../controls/sentence.js';
import { Waiting } from '../controls/waiting.js';
import { format, messages } from '../i18n/index.js';
import { choosePreset, picture } from '../state/input.js';
import { presetReadings, stopPresets, tryingPresets, tryPresets } from '../state/presets.js';
import { className, model, opening, subject } from '../state/signals.js';

/**
 * The usual ways to turn pixels into numbers, each with what the visitor's network reads in the picture: nothing in the file says with which one it
 * was trained. They are tried unasked where nothing beside the network says how.
 */
export function Presets() {
  const text = messages.value.look.presets;
  const open = model.value;
  const file = picture.value;
  const own = open !== null && open.shipped === null && open.preprocessing.takesPictures;
  const shown = subject.value?.origin === 'picture' ? file : null;
  const unasked = own && (open.preset !== null || !open.preprocessingFound) && shown !== null;
  useEffect(() => {
    if (unasked) void tryPresets();
    return stopPresets;
  }, [unasked, shown, open?.name]);
  if (!own || (open.preprocessingFound && open.preset === null)) return null;
  const tried = presetReadings.value;
  return (
    <fieldset class="presets" data-test="presets">
      <legend class="label">{text.title}</legend>
      <p class="hint">{shown === null ? text.needsPicture : text.intro}</p>
      {tryingPresets.value && <Waiting what={text.trying} progress={null} onCancel={stopPresets} />}
      {PRESETS.map((preset) => (
        <label key={preset} class="preset" data-preset={preset}>
          <input
            type="radio"
            name="preset"
            checked={open.preset === preset}
            disabled={opening.value !== null}
            onChange={() => void choosePreset(preset)}
          />
          <span>
            <strong>{text.names[preset]}</strong>{' '}
            <Answers reading={tried?.of === shown ? tried?.readings.find((one) => one.preset === preset) : undefined} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Answers({ reading }: { readonly reading: PresetReading | undefined }) {
  if (reading === undefined) return null;
  if ('refused' in reading) {
    return (
      <span class="faint">
        <Sentence said={reading.refused} />
      </span>
    );
  }
  const { list, percent } = format.value;
  return <span class="preset-answers">{list(reading.top.map((one) => `${className(one.class)} (${percent(one.probability)})`))}</span>;
}
