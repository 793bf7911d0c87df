import { computed, effect } from '@preact/signals';
import { type Address, decodeAddress, encodeAddress } from './address.js';
import { openModel } from './input.js';
import { DEFAULTS, model, problems, settings, strategy, subject, wanted } from './signals.js';

const PLAIN: Address = { model: 'digits-naive', digit: null, settings: DEFAULTS, wanted: null, strategy: 'auto' };

const hash = computed(() =>
  encodeAddress(
    {
      model: model.value?.shipped ?? PLAIN.model,
      digit: subject.value?.digit ?? null,
      settings: settings.value,
      wanted: wanted.value,
      strategy: strategy.value,
    },
    PLAIN,
  ),
);

/** The link to what the page shows. */
export const addressOfPage = computed(() => {
  const { origin, pathname, search } = location;
  return `${origin === 'null' ? '' : origin}${pathname}${search}${hash.value === '' ? '' : `#${hash.value}`}`;
});

/** Opens what the address asks for, then keeps the address up to date. */
export async function startFromAddress(): Promise<void> {
  await follow(location.hash);
  effect(() => {
    const next = hash.value;
    // Without a picture the address stays: another entry of the history is being opened, or the first picture is still loading.
    if (subject.value !== null && location.hash !== (next && `#${next}`))
      history.replaceState(null, '', `${location.pathname}${location.search}${next && `#${next}`}`);
  });
  addEventListener('hashchange', () => {
    if (location.hash.slice(1) !== hash.peek()) void follow(location.hash);
  });
}

async function follow(asked: string): Promise<void> {
  const { address, refused } = decodeAddress(asked, PLAIN);
  settings.value = address.settings;
  strategy.value = address.strategy;
  await openModel({ shipped: address.model }, address.digit === null ? {} : { digit: address.digit });
  if (address.digit !== null && subject.value?.digit !== address.digit) refused.unshift(`digit=${address.digit}`);
  if (refused.length > 0) problems.look.value = { page: (text) => text.badLink(refused.join(', ')) };
  const classes = model.value?.classes ?? 0;
  if (address.wanted !== null && address.wanted >= classes) {
    problems.fix.value = { page: (text) => text.noClass(String(address.wanted)) };
  } else wanted.value = address.wanted;
}
