import { useId, useState } from 'preact/hooks';
import { CHANNEL_ORDERS, INTERPOLATIONS } from '../../../src/app.js';
import type { Preprocessing } from '../../../src/index.js';
import { Select } from '../controls/select.js';
import { type PixelSetting, type PixelTexts, readTexts, textsOf, type WrongSetting } from '../lib/pixel_settings.js';
import { choosePixels } from '../state/input.js';
import { model, opening } from '../state/signals.js';
import { texts } from './texts.js';

/** The settings that are typed. */
const TYPED = ['range', 'mean', 'std', 'resize'] as const;
const LAYOUTS = ['nchw', 'nhwc'] as const;

/** How pixels become numbers, in the visitor's own settings. They are checked, and then the network is opened with them. */
export function PixelForm() {
  const text = texts.value.pixels;
  const open = model.value;
  if (open === null || open.shipped !== null || !open.preprocessing.takesPictures) return null;
  const { preprocessing } = open;
  return (
    <details class="disclosure" data-control="pixels" data-test="pixels">
      <summary>{text.title}</summary>
      {/* What was typed for one network, or before another choice, is not for this one. */}
      <Fields key={`${open.name} ${Object.values(textsOf(preprocessing)).join(' ')}`} preprocessing={preprocessing} />
    </details>
  );
}

function Fields({ preprocessing }: { readonly preprocessing: Preprocessing }) {
  const text = texts.value.pixels;
  const id = useId();
  const [typed, setTyped] = useState<PixelTexts>(() => textsOf(preprocessing));
  const [wrong, setWrong] = useState<WrongSetting | null>(null);
  const set = (setting: PixelSetting, value: string) => setTyped({ ...typed, [setting]: value });
  const submit = (event: Event) => {
    event.preventDefault();
    const read = readTexts(typed, preprocessing);
    setWrong('wrong' in read ? read.wrong : null);
    if (!('wrong' in read)) void choosePixels(read);
  };
  const { channels, width, height } = preprocessing;
  return (
    <form class="pixel-form" onSubmit={submit} noValidate>
      <p class="hint">{text.formula}</p>
      {TYPED.map((setting) => (
        <div key={setting} class="field">
          <label class="label" for={`${id}-${setting}`}>
            {text.settings[setting]}
          </label>
          <input
            id={`${id}-${setting}`}
            class="text-field"
            type="text"
            name={setting}
            autocomplete="off"
            value={typed[setting]}
            placeholder={setting === 'resize' ? text.covering : ''}
            aria-invalid={wrong?.setting === setting}
            aria-describedby={wrong?.setting === setting ? `${id}-wrong` : undefined}
            onInput={({ currentTarget }) => set(setting, currentTarget.value)}
          />
          {wrong?.setting === setting && (
            <p class="field-wrong" id={`${id}-wrong`} role="alert">
              {text.wrong[wrong.why](wrong.value, channels, Math.max(width, height))}
            </p>
          )}
        </div>
      ))}
      {channels === 3 && (
        <Select
          control="pixels"
          label={text.settings.order}
          value={typed.order}
          options={CHANNEL_ORDERS.map((value) => ({ value, label: text.orders[value] }))}
          onChange={(value) => set('order', value)}
        />
      )}
      <Select
        control="pixels"
        label={text.settings.interpolation}
        value={typed.interpolation}
        options={INTERPOLATIONS.map((value) => ({ value, label: text.interpolations[value] }))}
        onChange={(value) => set('interpolation', value)}
      />
      {isLayoutOpen(preprocessing) && (
        <Select
          control="pixels"
          label={text.settings.layout}
          value={typed.layout}
          options={LAYOUTS.map((value) => ({ value, label: text.layouts[value] }))}
          onChange={(value) => set('layout', value)}
        />
      )}
      <button type="submit" class="button" disabled={opening.value !== null}>
        {text.apply}
      </button>
    </form>
  );
}

/** Whether the shape of the input fits both layouts: a flat one in colour, or one whose outer axes are alike. */
function isLayoutOpen({ shape, channels }: Preprocessing): boolean {
  const axes = shape.filter((size) => size > 1);
  return channels === 3 && (axes.length === 1 || (shape.length >= 3 && shape.at(-3) === shape.at(-1)));
}
