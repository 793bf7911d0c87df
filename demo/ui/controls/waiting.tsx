import { useEffect, useState } from 'preact/hooks';
import type { Progress } from '../../engine/contract/progress.js';
import { format, messages } from '../i18n/index.js';
import { Meter } from './meter.js';

/** Milliseconds before anything is said: what is there sooner was not waited for. */
const PATIENCE = 500;
const TICK = 250;

interface WaitingProps {
  /** What is being done. */
  readonly what: string;
  /** null before anything is known. */
  readonly progress: Progress | null;
  /** Absent where a button beside it stops what is done, and a line beside it says what that is: then it tells the time alone. */
  readonly onCancel?: () => void;
}

/** Says at the place of the click what is being done, for how long it has been, how long it may take, and lets the visitor end it. */
export function Waiting({ what, progress, onCancel }: WaitingProps) {
  const text = messages.value.waiting;
  const { milliseconds } = format.value;
  const [began] = useState(() => performance.now());
  const [now, setNow] = useState(began);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK);
    return () => clearInterval(timer);
  }, []);
  const elapsed = now - began;
  if (elapsed < PATIENCE) return null;
  const whole = (time: number) => milliseconds(Math.max(1, Math.round(time / 1000)) * 1000);
  const known = progress !== null && progress.done > 0 && progress.total >= progress.done;
  const left = known ? (elapsed * (progress.total - progress.done)) / progress.done : null;
  return (
    <span class="waiting" data-test="waiting">
      {onCancel !== undefined && <span aria-live="polite">{what}</span>}
      {known && <Meter label={what} progress={progress} />}
      <span class="faint">
        {text.elapsed(whole(elapsed))}
        {left !== null && `, ${text.left(whole(left))}`}
      </span>
      {onCancel !== undefined && (
        <button type="button" class="button small" onClick={onCancel} data-test="cancel">
          {text.cancel}
        </button>
      )}
    </span>
  );
}
