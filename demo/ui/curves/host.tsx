import { Later } from '../controls/later.js';
import { messages } from '../i18n/index.js';

/** Measures of the maps that stand side by side. */
export function CurvesHost() {
  return <Later control="curves" summary={messages.value.why.all.curves} load={() => import('./curves.js').then(({ Curves }) => Curves)} />;
}
