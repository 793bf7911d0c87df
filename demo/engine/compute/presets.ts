import { messageOf, resolvePreprocessing } from '../../../src/app.js';
import { PathlightError, PRESETS, type Preset, type Session } from '../../../src/index.js';
import type { Fit, PresetReading } from '../contract.js';
import { decodeFile } from '../inputs/decode.js';

/** How many classes a reading names. */
const TOP = 3;

/**
 * Reads a picture with every preset. Which one a network was trained with is not in its file: the right one is mostly that whose answers make sense
 * to the visitor.
 */
export async function tryPresets(session: Session, file: Blob, fit: Fit, signal: AbortSignal): Promise<PresetReading[]> {
  const readings: PresetReading[] = [];
  for (const preset of PRESETS) readings.push(await tryOne(session, preset, file, fit, signal));
  return readings;
}

async function tryOne(session: Session, preset: Preset, file: Blob, fit: Fit, signal: AbortSignal): Promise<PresetReading> {
  try {
    const { shape, layout } = session.preprocessing;
    const preprocessing = { ...session.preprocessing, ...colours(resolvePreprocessing(shape, { layout }, { preprocess: preset })) };
    const { image } = await decodeFile(file, preset === 'imagenet' && fit === 'cover' ? preprocessing.fit : fit, preprocessing);
    const executor = await session.executor();
    const { outputs } = await executor.forward(image, 1, { signal });
    const ranked = Array.from(session.probabilities(outputs, 'logit'), (probability, index) => ({ class: index, probability }));
    return { preset, top: ranked.sort((a, b) => b.probability - a.probability).slice(0, TOP) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PathlightError)) throw error;
    return { preset, refused: messageOf(error) };
  }
}

/** What a preset says. Size and names of classes stay the model's. */
function colours({ order, range, mean, std, fit, resize, interpolation }: ReturnType<typeof resolvePreprocessing>) {
  return { order, range, mean, std, fit, interpolation, ...(resize !== undefined && { resize }) };
}
