import { useCallback } from 'preact/hooks';
import { sharedScaleOf } from '../../../src/app.js';
import type { Picture } from '../../../src/index.js';
import type { Reading } from '../../engine/contract.js';
import { FileDrop } from '../controls/file_drop.js';
import { Notice } from '../controls/notice.js';
import { PixelView } from '../controls/pixel_view.js';
import { Select } from '../controls/select.js';
import { Waiting } from '../controls/waiting.js';
import { format, messages } from '../i18n/index.js';
import { paintOverlay } from '../lib/pixels.js';
import { className, maps, model, probabilityOf, problems } from '../state/signals.js';
import {
  compareNetworks,
  comparingNetworks,
  other,
  others,
  secondOwn,
  setOther,
  stopComparing,
  takeSecond,
  versus,
} from '../state/versus.js';

/** Two networks, one picture: what each reads, why, and whether the edit that turns the one turns the other. */
export function Versus() {
  const text = messages.value.versus;
  const look = messages.value.look;
  const found = versus.value !== null && versus.value.of === maps.value ? versus.value : null;
  return (
    <div class="card versus" id="versus" data-test="versus">
      <h3>{text.title}</h3>
      <p class="intro">{text.intro}</p>
      <Notice problem={problems.versus} />
      <div class="versus-controls">
        <Select
          label={text.other}
          value={other.value}
          options={others.value.map((value) => ({ value, label: value === 'own' ? (secondOwn.value?.name ?? '') : look.models[value] }))}
          onChange={setOther}
        />
        <button
          type="button"
          class="button primary"
          disabled={maps.value === null || comparingNetworks.value}
          onClick={() => void compareNetworks()}
          data-test="compare"
        >
          {text.compare}
        </button>
      </div>
      <details class="disclosure">
        <summary>{text.own}</summary>
        <FileDrop
          title={text.own}
          hint={look.dropModelHint}
          accept=".onnx,.json,.txt,.data,.onnx_data,.bin"
          onFiles={(files) => void takeSecond(files)}
        />
      </details>
      {comparingNetworks.value && <Waiting what={text.comparing} progress={null} onCancel={stopComparing} />}
      {found !== null && <Compared found={found} />}
    </div>
  );
}

type Found = NonNullable<typeof versus.value>;

function Compared({ found: { of, edited, answer } }: { readonly found: Found }) {
  const text = messages.value.versus;
  const own = of.list.at(-1);
  if (own === undefined) return null;
  const name = (index: number) => answer.labels?.[index] ?? className(index);
  const { scale } = sharedScaleOf([own.answer.pixels, answer.map.pixels]);
  const turned = answer.editedReading;
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
