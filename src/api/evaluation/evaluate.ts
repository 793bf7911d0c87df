import type { PictureEvaluation } from '../../evaluation/evaluation.js';
import type { ImageValues } from '../../tensor/arguments.js';
import { classIn, imagesOf, perImage } from '../arguments.js';
import type { Session } from '../session.js';
import type { EvaluateOptions, Evaluation } from './evaluation.js';
import { planEvaluation } from './plan.js';

/**
 * Measures how faithful maps are to a model, method by method, on the model's own images: what the probability does while the parts that a map calls
 * important are removed, and what else docs/evaluation.md defines.
 *
 * @param images one image or several, each [elements] in the model's input space. Intervals need several.
 * @returns means with intervals over images, and a verdict in words.
 * @throws PathlightError on bad input; the signal's reason when the signal is raised.
 * @example const { verdict } = await evaluate(session, [image, other], { methods: ['ig', 'saliency'], metrics: ['deletion', 'insertion'] });
 */
export async function evaluate(
  session: Session,
  images: ImageValues | readonly ImageValues[],
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const plan = await planEvaluation(session, options);
  const list = imagesOf(images, (await session.executor('logit')).elements);
  const targets = perImage(options.target, list.length, 'target').map((target) => classIn(session, target, 'target'));
  const { signal, onProgress } = options;
  try {
    const pictures: PictureEvaluation[] = [];
    for (const [index, image] of list.entries()) {
      onProgress?.(index, list.length);
      pictures.push(await plan.picture(image, { target: targets[index], ...(signal && { signal }) }));
    }
    onProgress?.(list.length, list.length);
    return plan.summarise(pictures);
  } finally {
    plan.close();
  }
}
