import { useEffect, useId, useState } from 'preact/hooks';
import { factsOf } from '../../lib/methods.js';
import { FROM_FILES, optionsFor, type PageOption, readOption } from '../../lib/options.js';
import { Select } from '../controls/select.js';
import { format, shownLanguage } from '../i18n/index.js';
import { model, optionFiles, settings, stepsOf } from '../state/signals.js';
import './options.css';
import { askForLayers, layerChoice, setOptionFiles, setOptions } from './state.js';
import { OPTION_TEXTS, type OptionTexts } from './texts.js';

interface ControlProps {
  readonly option: PageOption;
  readonly label: string;
  readonly text: OptionTexts;
  /** The text that is set; empty for the default. */
  readonly value: string;
  readonly describedBy: string;
}

/** A control for every option of the chosen method. Which one it is follows from the values that the method declares. */
export function Options() {
  const text = OPTION_TEXTS[shownLanguage.value];
  const { method, options } = settings.value;
  const list = optionsFor(factsOf(method), stepsOf(settings.value), options);
  const needsLayers = list.some(({ values: { kind } }) => kind === 'layer' || kind === 'layers');
  const open = model.value;
  useEffect(() => {
    if (needsLayers) void askForLayers();
  }, [needsLayers, open]);
  return (
    <div class="options" data-method={method}>
      {list.map((option) => (
        <OptionField key={`${method} ${option.name}`} option={option} text={text} value={options[option.name] ?? ''} />
      ))}
      <button
        type="button"
        class="button small"
        data-test="options-reset"
        disabled={list.every(({ name }) => !options[name])}
        onClick={() => setOptions(Object.fromEntries(list.map(({ name }) => [name, ''])))}
      >
        {text.reset}
      </button>
    </div>
  );
}

function OptionField({ option, text, value }: { readonly option: PageOption; readonly text: OptionTexts; readonly value: string }) {
  const id = useId();
  const [label, hint] = text.of(option);
  return (
    <div class="option" data-option={option.name}>
      <Control option={option} label={label} text={text} value={value} describedBy={id} />
      <p class="hint" id={id}>
        {hint}
      </p>
    </div>
  );
}

function Control(props: ControlProps) {
  const { option, label, text, value } = props;
  const { values, name } = option;
  switch (values.kind) {
    case 'whole':
      return <NumberField {...props} least={values.least} most={values.most} step="1" />;
    case 'above 0':
      return <NumberField {...props} least={0} most={values.most} step="any" />;
    case 'share':
      return <NumberField {...props} least={0} most={1} step="any" />;
    case 'choice':
      return (
        <Select
          control="options"
          label={label}
          value={value}
          options={[{ value: '', label: text.standard }, ...values.names.map((each) => ({ value: each, label: each }))]}
          onChange={(chosen) => setOptions({ [name]: chosen })}
        />
      );
    case 'yes':
      return (
        <label class="check">
          <input
            type="checkbox"
            checked={value === 'yes'}
            onChange={({ currentTarget }) => setOptions({ [name]: currentTarget.checked ? 'yes' : '' })}
          />
          <span>{label}</span>
        </label>
      );
    case 'layer':
      return <LayerField {...props} />;
    case 'layers':
      return <LayersField {...props} />;
    case 'images':
      return (
        <>
          <NumberField {...props} least={1} most={values.most} step="1" value={value === FROM_FILES ? '' : value} />
          <FileField {...props} kind="images" />
        </>
      );
    case 'patch':
      return <PatchField {...props} />;
  }
}

interface NumberProps extends ControlProps {
  readonly least: number;
  readonly most: number;
  readonly step: string;
  /** What is written before the number, where the option's text is more than that. */
  readonly prefix?: string;
}

/** A number, or nothing for the default. What is no value of the option is said beside it, and not taken. */
function NumberField({ option, label, text, value, describedBy, least, most, step, prefix = '' }: NumberProps) {
  const id = useId();
  const [wrong, setWrong] = useState(false);
  const { count } = format.value;
  return (
    <div class="field">
      <label class="label" for={id}>
        {label}
      </label>
      <input
        id={id}
        class="text-field"
        type="number"
        min={least}
        max={most}
        step={step}
        value={value}
        placeholder={text.standard}
        aria-describedby={wrong ? `${id}-wrong` : describedBy}
        aria-invalid={wrong}
        onChange={({ currentTarget }) => {
          const given = currentTarget.value;
          const empty = given === '' && !currentTarget.validity.badInput;
          const right = empty || readOption(option.values, prefix + given) !== undefined;
          setWrong(!right);
          if (right) setOptions({ [option.name]: empty ? '' : prefix + given });
        }}
      />
      {wrong && (
        <p class="hint wrong" id={`${id}-wrong`} role="alert">
          {text.wanted(count(least), count(most))}
        </p>
      )}
    </div>
  );
}

function LayerField({ option, label, text, value }: ControlProps) {
  const choice = layerChoice.value;
  if (choice === null) return <p class="label">{label}</p>;
  const usual = choice.usual === null ? text.standard : text.standardIs(choice.usual);
  return (
    <Select
      control="options"
      label={label}
      value={value}
      options={[{ value: '', label: usual }, ...choice.layers.map((layer) => ({ value: layer.name, label: nameOf(layer, text) }))]}
      // Either one layer is looked at, or several.
      onChange={(chosen) => setOptions({ [option.name]: chosen, layers: '' })}
    />
  );
}

function LayersField({ option, label, text, value }: ControlProps) {
  const layers = layerChoice.value?.layers ?? [];
  const chosen = new Set(value === '' ? [] : value.split(','));
  return (
    <fieldset class="field layers" data-control="options">
      <legend class="label">{label}</legend>
      {layers.length === 0 && layerChoice.value !== null && <p class="hint">{text.none}</p>}
      <ul>
        {layers.map((layer) => (
          <li key={layer.name}>
            <label class="check">
              <input
                type="checkbox"
                checked={chosen.has(layer.name)}
                onChange={({ currentTarget }) => {
                  const now = layers.filter(({ name }) => (name === layer.name ? currentTarget.checked : chosen.has(name)));
                  setOptions({ [option.name]: now.map(({ name }) => name).join(','), layer: '' });
                }}
              />
              <span>{nameOf(layer, text)}</span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function nameOf(
  { name, channels, rows, columns }: { name: string; channels: number; rows: number; columns: number },
  text: OptionTexts,
): string {
  return text.layer(name, format.value.count(channels), rows, columns);
}

const PATCHES = ['blocks', 'superpixels', 'mask'] as const;
const MANY = 'superpixels-';
const USUAL_SUPERPIXELS = `${MANY}64`;

function PatchField(props: ControlProps) {
  const { option, label, text, value } = props;
  const set = value.startsWith(MANY) ? 'superpixels' : value === FROM_FILES ? 'mask' : value === '' ? '' : 'blocks';
  const [asked, setAsked] = useState(set);
  const shown = set === '' ? asked : set;
  return (
    <>
      <Select
        control="options"
        label={label}
        value={shown}
        options={[{ value: '', label: text.standard }, ...PATCHES.map((each) => ({ value: each, label: text.patches[each] }))]}
        onChange={(chosen) => {
          setAsked(chosen);
          // Blocks wait for their side, and a mask for its file.
          setOptions({ [option.name]: chosen === 'superpixels' ? USUAL_SUPERPIXELS : '' });
        }}
      />
      {shown === 'blocks' && <NumberField {...props} label={text.side} least={1} most={10_000} step="1" />}
      {shown === 'superpixels' && (
        <NumberField {...props} label={text.count} least={1} most={99_999} step="1" value={value.slice(MANY.length)} prefix={MANY} />
      )}
      {shown === 'mask' && <FileField {...props} kind="mask" />}
    </>
  );
}

function FileField({ option, label, text, value, kind }: ControlProps & { readonly kind: 'mask' | 'images' }) {
  const id = useId();
  const { name } = option;
  const names = value === FROM_FILES ? optionFiles.value[name]?.names : undefined;
  return (
    <fieldset
      class="file-field"
      data-control="options"
      aria-label={label}
      onDrop={(event) => {
        // The page takes other files for the picture, or for a network.
        event.preventDefault();
        void setOptionFiles(name, kind, [...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <input
        id={id}
        class="visually-hidden"
        type="file"
        multiple={kind === 'images'}
        accept=".png,.webp,.bmp,.jpg,.jpeg,.npy"
        onChange={({ currentTarget }) => {
          void setOptionFiles(name, kind, [...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
      <label for={id}>
        <span class="button small">{kind === 'mask' ? text.chooseMask : text.chooseImages}</span>
      </label>
      <span class="hint" aria-live="polite">
        {names !== undefined ? text.files(format.value.list([...names])) : kind === 'mask' ? ` ${text.dropHere}` : ''}
      </span>
    </fieldset>
  );
}
