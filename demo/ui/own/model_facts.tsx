import { LABEL_LISTS, type LabelList } from '../../../src/index.js';
import { Select } from '../controls/select.js';
import { format } from '../i18n/index.js';
import { chooseLabels, chooseOutput } from '../state/input.js';
import { model, opening } from '../state/signals.js';
import { NetworkView } from './network_view.js';
import { PixelForm } from './pixel_form.js';
import { Presets } from './presets.js';
import { SizeField } from './size_field.js';
import { texts } from './texts.js';
import './own.css';

/** How pixels become numbers: by a preset, or in the visitor's own settings. */
export function Pixels() {
  return (
    <>
      <Presets />
      <PixelForm />
    </>
  );
}

/** Facts about the open network: input, size, operators, preprocessing, layers. */
export function ModelFacts() {
  const text = texts.value;
  const open = model.value;
  if (open === null) return null;
  const { description, preprocessing, preprocessingFound, preset, name, outputs, sizeOpen, shipped, classes } = open;
  const { number, count } = format.value;
  const { range, mean, std, width, height, channels } = preprocessing;
  return (
    <div class="model-facts" data-control="facts" data-test="model-facts">
      <p class="fact-title">{name}</p>
      <dl class="facts">
        <div>
          <dt>{text.input}</dt>
          <dd>
            {width} × {height} × {channels}
          </dd>
        </div>
        <div>
          <dt>{text.parameters}</dt>
          <dd>{count(description.parameters)}</dd>
        </div>
        <div>
          <dt>{text.multiplyAdds}</dt>
          <dd>{count(description.multiplyAdds)}</dd>
        </div>
        <div>
          <dt>{text.operator}</dt>
          <dd>{description.operators.map((one) => `${one.op} × ${one.count}`).join(', ')}</dd>
        </div>
        <div>
          <dt>
            {text.preprocessing} ({preset !== null ? text.chosen : preprocessingFound ? text.found : text.assumed})
          </dt>
          <dd>
            [{range.map(number).join(',\u00a0')}], μ&nbsp;{mean.map(number).join(' ')}, σ&nbsp;{std.map(number).join(' ')}
          </dd>
        </div>
      </dl>
      <Pixels />
      {shipped === null && <Labels classes={classes} />}
      {sizeOpen && <SizeField key={name} height={height} width={width} />}
      {outputs.length > 1 && (
        <Select
          control="scores"
          label={text.output}
          value={outputs[0]}
          disabled={opening.value !== null}
          options={[...outputs].sort().map((value) => ({ value, label: value }))}
          onChange={(chosen) => void chooseOutput(chosen)}
        />
      )}
      <NetworkView />
    </div>
  );
}

const LISTS = Object.keys(LABEL_LISTS) as readonly LabelList[];

/** Names for the classes, from data sets with as many. */
function Labels({ classes }: { readonly classes: number }) {
  const text = texts.value;
  const lists = LISTS.filter((name) => LABEL_LISTS[name] === classes);
  const list = model.value?.labelList ?? null;
  if (lists.length === 0) return null;
  const own = list === null && model.value?.preprocessing.labels !== undefined;
  return (
    <>
      <Select<LabelList | 'own' | 'numbers'>
        control="labels"
        label={text.labels}
        value={own ? 'own' : (list?.name ?? 'numbers')}
        disabled={opening.value !== null}
        options={[
          own ? { value: 'own', label: text.ownLabels, disabled: true } : { value: 'numbers', label: text.numbers },
          ...lists.map((value) => ({ value, label: text.labelLists[value] })),
        ]}
        onChange={(name) => {
          if (name !== 'own') void chooseLabels(name);
        }}
      />
      {list?.assumed && (
        <p class="hint" data-test="labels-assumed">
          {text.labelsAssumed(format.value.count(classes))}
        </p>
      )}
    </>
  );
}
