import { useCallback } from 'preact/hooks';
import { sharedScaleOf } from '../../../src/app.js';
import type { Picture } from '../../../src/index.js';
import type { Reading } from '../../engine/contract/inputs.js';
import type { CompareAnswer } from '../../engine/contract/maps.js';
import type { UndecidedNetwork } from '../../engine/contract/models.js';
import { readsScenes } from '../../lib/shipped.js';
import { PixelView } from '../controls/pixel_view.js';
import { Sentence } from '../controls/sentence.js';
import { format, messages } from '../i18n/index.js';
import { texts } from '../own/texts.js';
import '../own/own.css';
import { paintOverlay } from '../lib/pixels.js';
import { className, model, probabilityOf, thingName } from '../state/signals.js';
import { chooseSecondPreset, type versus } from '../state/versus.js';

type Found = NonNullable<typeof versus.value>;

/** What two networks make of one picture. */
export function Compared({ found }: { readonly found: Found }) {
  const { answer } = found;
  return 'presets' in answer ? <ChoosePreset network={answer} /> : <Answers found={found} answer={answer} />;
}

/** Before the second network can be asked, the visitor says how pixels become its numbers. */
function ChoosePreset({ network: { name, labels, presets } }: { readonly network: UndecidedNetwork }) {
  const text = texts.value.presets;
  const { percent } = format.value;
  return (
    <fieldset class="presets" data-control="versus" data-test="versus-presets">
      <legend class="label">
        {text.title}: {name}
      </legend>
      <p class="hint">{text.second}</p>
      {presets.map((reading) => (
        <label key={reading.preset} class="preset" data-second-preset={reading.preset}>
          <input type="radio" name="second-preset" onChange={() => void chooseSecondPreset(reading.preset)} />
          <span>
            <strong>{text.names[reading.preset]}</strong>{' '}
            {'refused' in reading ? (
              <span class="faint">
                <Sentence said={reading.refused} />
              </span>
            ) : (
              likeliest(reading.probabilities, (index, probability) => `${labels?.[index] ?? className(index)} (${percent(probability)})`)
            )}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function likeliest(probabilities: Float64Array, say: (index: number, probability: number) => string): string {
  const most = probabilities.reduce((best, value) => Math.max(best, value), 0);
  return say(Math.max(0, probabilities.indexOf(most)), most);
}

function Answers({ found: { of, edited }, answer }: { readonly found: Found; readonly answer: CompareAnswer }) {
  const text = messages.value.versus;
  const own = of.list.at(-1);
  if (own === undefined) return null;
  const name = (index: number) => {
    const label = answer.labels?.[index];
    return label === undefined ? className(index) : readsScenes(model.value?.shipped) ? thingName(label) : label;
  };
  const { scale } = sharedScaleOf([own.answer.pixels, answer.map.pixels]);
  const turned = answer.editedReading;
  const { target, contrast } = own.question;
  return (
    <>
      <div class="pair">
        <One
          name={model.value?.name ?? ''}
          reading={of.reading}
          said={className(of.reading.class)}
          picture={of.subject.picture}
          pixels={own.answer.pixels}
          scale={scale}
          test="first"
        />
        <One
          name={answer.name}
          reading={answer.reading}
          said={name(answer.reading.class)}
          picture={answer.picture}
          pixels={answer.map.pixels}
          scale={scale}
          test="second"
        />
      </div>
      <p class="hint">
        {contrast === undefined
          ? messages.value.stage.speaksFor(className(target))
          : messages.value.stage.speaksRather(className(target), className(contrast))}
      </p>
      <p class="explained" data-test="versus-verdict" data-fooled={turned === null ? undefined : turned.class !== answer.reading.class}>
        {!edited || turned === null
          ? text.noEdit
          : turned.class !== answer.reading.class
            ? text.fooled(answer.name, name(answer.reading.class), name(turned.class))
            : text.notFooled(answer.name, name(turned.class), format.value.percent(probabilityOf(turned)))}
      </p>
    </>
  );
}

interface OneProps {
  readonly name: string;
  readonly reading: Reading;
  readonly said: string;
  readonly picture: Picture;
  readonly pixels: Float32Array;
  readonly scale: number;
  readonly test: string;
}

function One({ name, reading, said, picture, pixels, scale, test }: OneProps) {
  const text = messages.value.fix;
  const words = text.reads(said, format.value.percent(probabilityOf(reading)));
  const draw = useCallback((canvas: HTMLCanvasElement) => paintOverlay(canvas, picture, pixels, scale, 1), [picture, pixels, scale]);
  return (
    <figure class="map" data-test={`versus-${test}`} data-class={reading.class}>
      <figcaption>
        <strong>{name}</strong> <span class="faint">{words}</span>
      </figcaption>
      <PixelView width={picture.width} height={picture.height} draw={draw} label={`${name}, ${words}`} />
    </figure>
  );
}
