import type { Progress } from '../../engine/contract/progress.js';
import { format } from '../i18n/index.js';

/** A progress bar with the percentage beside it. */
export function Meter({ label, progress: { done, total } }: { readonly label: string; readonly progress: Progress }) {
  return (
    <span class="meter">
      <progress aria-label={label} value={done} max={total} />
      <span aria-hidden="true">{format.value.wholePercent(total === 0 ? 0 : done / total)}</span>
    </span>
  );
}
