import { useEffect, useState } from 'preact/hooks';
import { FileDrop } from '../controls/file_drop.js';
import { Notice } from '../controls/notice.js';
import { Select } from '../controls/select.js';
import { Waiting } from '../controls/waiting.js';
import { messages } from '../i18n/index.js';
import { maps, problems } from '../state/signals.js';
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

type Compared = typeof import('./compared.js')['Compared'];

/** Two networks, one picture: what each reads, why, and whether the edit that turns the one turns the other. */
export function Versus() {
  const text = messages.value.versus;
  const look = messages.value.look;
  const [loaded, setLoaded] = useState<{ readonly Compared: Compared } | null>(null);
  const asked = versus.value !== null;
  useEffect(() => {
    if (asked) void import('./compared.js').then(setLoaded);
  }, [asked]);
  const found = versus.value !== null && versus.value.of === maps.value ? versus.value : null;
  return (
    <div class="card versus" id="versus" data-test="versus">
      <h3>{text.title}</h3>
      <p class="intro">{text.intro}</p>
      <Notice problem={problems.versus} />
      <div class="versus-controls">
        <Select
          control="versus"
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
      <details class="disclosure" data-control="versus">
        <summary>{text.own}</summary>
        <FileDrop
          title={text.own}
          hint={look.dropModelHint}
          accept=".onnx,.json,.txt,.data,.onnx_data,.bin"
          onFiles={(files) => void takeSecond(files)}
        />
      </details>
      {comparingNetworks.value && <Waiting what={text.comparing} progress={null} onCancel={stopComparing} />}
      {found !== null && loaded !== null && <loaded.Compared found={found} />}
    </div>
  );
}
