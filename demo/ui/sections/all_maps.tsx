import { useState } from 'preact/hooks';
import { messages } from '../i18n/index.js';
import { type Across, making } from '../state/all_maps.js';
import { maps } from '../state/signals.js';

type Part = typeof import('../all_maps/grids.js');

const CHOICES: readonly Across[] = ['methods', 'baselines', 'both'];

/** Every method, or every baseline, on the same question. What makes and shows them is loaded by the click. */
export function AllMaps() {
  const text = messages.value.why.all;
  const [loaded, setLoaded] = useState<Part | null>(null);
  const [shown, setShown] = useState<Across>('methods');
  const [loading, setLoading] = useState(false);
  const make = async (across: Across) => {
    setShown(across);
    setLoading(true);
    const part = await import('../all_maps/grids.js').finally(() => setLoading(false));
    setLoaded(part);
    await part.makeAll(across);
  };
  return (
    <div class="card" data-control="all" data-test="all-maps">
      <h3>{text.title}</h3>
      <p class="intro">{text.intro}</p>
      <div class="toolbar">
        {CHOICES.map((across) => (
          <button
            key={across}
            type="button"
            class={across === shown ? 'button primary' : 'button'}
            disabled={maps.value === null || making.value !== null || loading}
            onClick={() => void make(across)}
            data-test={`all-${across}`}
          >
            {text[across]}
          </button>
        ))}
      </div>
      {loaded !== null && <loaded.Grids />}
    </div>
  );
}
