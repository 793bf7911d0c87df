import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Hideable } from '../state/hideable.js';

interface LaterProps {
  /** The name by which an address can hide it (state/hideable.ts), and tests find it. */
  readonly control: Hideable;
  readonly summary: string;
  /** Loads what is shown inside. */
  readonly load: () => Promise<FunctionComponent>;
}

/** A part of the page that is loaded when a visitor opens it. */
export function Later({ control, summary, load }: LaterProps) {
  const [open, setOpen] = useState(false);
  const [loaded, setLoaded] = useState<{ readonly Part: FunctionComponent } | null>(null);
  useEffect(() => {
    if (open) void load().then((Part) => setLoaded({ Part }));
  }, [open]);
  return (
    <details class="disclosure" data-control={control} data-test={control} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{summary}</summary>
      {open && loaded !== null && <loaded.Part />}
    </details>
  );
}
