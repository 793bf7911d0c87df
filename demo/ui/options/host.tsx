import { factsOf } from '../../lib/methods.js';
import { optionsFor } from '../../lib/options.js';
import { Later } from '../controls/later.js';
import { messages } from '../i18n/index.js';
import { settings, stepsOf } from '../state/signals.js';

/** All options of the method that is chosen. */
export function OptionsHost() {
  const { method, options } = settings.value;
  const set = optionsFor(factsOf(method), stepsOf(settings.value), options).filter(({ name }) => options[name]).length;
  return (
    <Later control="options" summary={messages.value.why.options(set)} load={() => import('./options.js').then(({ Options }) => Options)} />
  );
}
