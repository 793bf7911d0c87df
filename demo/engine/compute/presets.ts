import { messageOf, resolvePreprocessing } from '../../../src/app.js';
import { PathlightError, type Picture, PRESETS, type Preset, type Session, toValues } from '../../../src/index.js';
import type { Fit } from '../../lib/fits.js';
import type { PresetNews, PresetReading } from '../contract/models.js';
import { decodeFile } from '../inputs/decode.js';

/**
 * Reads a picture with every preset. Which one a network was trained with is not in its file: the right one is mostly that whose answers make sense
 * to the visitor. How sure the network is does not tell: SqueezeNet 1.1, trained with `imagenet`, was surest with `caffe` in eight of nine
 * photographs, by 96% to 100%, and agreed with `imagenet` in one of them.
 *
 * @param shown a file, which is fitted anew, or a picture of the size that the model takes.
 * @param session the open model, or the one that answers for it while kernels are compiled.
 */
export async function tryPresets(
  session: Session,
  shown: Blob | Picture,
  fit: Fit,
  tell: (news: PresetNews) => void,
  signal: AbortSignal,
): Promise<PresetReading[]> {
  const readings: PresetReading[] = [];
  for (const preset of PRESETS) {
    const reading = await tryOne(session, preset, shown, fit, signal);
    tell({ reading, done: readings.push(reading), total: PRESETS.length });
  }
  return readings;
}

async function tryOne(session: Session, preset: Preset, shown: Blob | Picture, fit: Fit, signal: AbortSignal): Promise<PresetReading> {
  try {
    const { shape, layout } = session.preprocessing;
    const preprocessing = { ...session.preprocessing, ...colours(resolvePreprocessing(shape, { layout }, { preprocess: preset })) };
    // That preset says how pictures are cropped, too, and whoever chooses it chooses that.
    const image =
      shown instanceof Blob
        ? (await decodeFile(shown, preset === 'imagenet' ? preprocessing.fit : fit, preprocessing)).image
        : toValues(shown, preprocessing);
    const executor = await session.executor();
    const { outputs } = await executor.forward(image, 1, { signal });
    return { preset, probabilities: session.probabilities(outputs, 'logit') };
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
