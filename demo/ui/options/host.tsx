import { useEffect, useState } from 'preact/hooks';
import { factsOf } from '../../lib/methods.js';
import { optionsFor } from '../../lib/options.js';
import { messages } from '../i18n/index.js';
import { settings, stepsOf } from '../state/signals.js';

type Options = typeof import('./options.js')['Options'];

/** All options of the method that is chosen. Their controls are loaded when they are shown. */
export function OptionsHost() {
  const [open, setOpen] = useState(false);
  const [loaded, setLoaded] = useState<{ readonly Options: Options } | null>(null);
  useEffect(() => {
    if (open) void import('./options.js').then(({ Options }) => setLoaded({ Options }));
  }, [open]);
  const { method, options } = settings.value;
  const set = optionsFor(factsOf(method), stepsOf(settings.value), options).filter(({ name }) => options[name]).length;
  return (
    <details class="disclosure" data-control="options" data-test="options" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{messages.value.why.options(set)}</summary>
      {open && loaded !== null && <loaded.Options />}
    </details>
  );
}
