import {
  areaUnder,
  backgroundColour,
  controlsFor,
  defaultUnit,
  imageSpace,
  makeBaseline,
  patchesOf,
  pixelMap,
  removalCurves,
  strongestFirst,
} from '../../../src/app.js';
import type { Session } from '../../../src/index.js';
import { present } from '../../lib/present.js';
import type { CurvesAnswer, CurvesRequest } from '../contract/maps.js';

/** Of what is drawn: the random control, and baselines of noise. */
const SEED = 0;
/** The most parts of an image: each map is measured with two images for each of them, while the visitor waits. */
const MOST_UNITS = 1024;

/** Removes the parts of an image in the order of a map, and puts them back, as `pathlight evaluate` does. */
export async function curvesOf(session: Session, { image, target, cover, map }: CurvesRequest, signal: AbortSignal): Promise<CurvesAnswer> {
  const { preprocessing } = session;
  const space = imageSpace(preprocessing);
  const unit = defaultUnit(space);
  const least = Math.ceil(Math.sqrt((space.width * space.height) / MOST_UNITS));
  const side = Math.max(least, typeof unit === 'number' ? unit : 1);
  const units = patchesOf(preprocessing, image, side);
  const executor = await session.executor('logit');
  const run = { signal };
  const background = () => backgroundColour(image, preprocessing);
  const subject = {
    executor,
    image,
    target,
    space,
    units,
    cover: makeBaseline(cover, image, space, { background, seed: SEED }),
    seed: SEED,
    run,
  };
  const ofControl = async (name: 'random' | 'edges') => {
    const [explanation] = await controlsFor(space, SEED)[name].explain(executor, [image], target, run);
    return pixelMap(present(explanation, name).values, space);
  };
  const order = strongestFirst(typeof map === 'string' ? await ofControl(map) : map, units);
  const { deletion, insertion } = await removalCurves(subject, order);
  return { deletion, insertion, deleted: areaUnder(deletion), inserted: areaUnder(insertion), side };
}
