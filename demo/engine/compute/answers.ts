import { type AttributionResult, type PixelLayout, type Session, sumChannels } from '../../../src/index.js';
import { optionsOf, ruleOf } from '../../lib/methods.js';
import type { Reading } from '../contract/inputs.js';
import type { AttributeRequest, MapAnswer } from '../contract/maps.js';

/** The settings of a request, as the library takes them. */
export function settingsOf(request: Omit<AttributeRequest, 'image' | 'questions'>) {
  const { method, steps, rule, baseline, output } = request;
  return { method, steps, ...ruleOf({ method, steps, rule }), ...optionsOf(request), baseline, output };
}

/** A map without what the page does not show. */
export function mapAnswer({ outputs, prediction, cost, ...map }: AttributionResult, layout: PixelLayout): MapAnswer {
  return { ...map, pixels: sumChannels(map.values, layout) };
}

/** What a model reads in one input. */
export async function readInput(session: Session, image: Float32Array, signal: AbortSignal): Promise<Reading> {
  const { outputs } = await (await session.executor()).forward(image, 1, { signal });
  const { class: best } = session.predict(outputs, 'logit');
  return { class: best, probabilities: session.probabilities(outputs, 'logit'), logits: Float64Array.from(outputs) };
}
