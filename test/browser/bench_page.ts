import { createPathlight } from '../../bench/page/pathlight.js';
import { openStage, type PageContender } from '../../bench/page/stage.js';

/** Pathlight with its map multiplied by a factor, which the bench must notice. */
function scaled(contender: PageContender, factor: number): PageContender {
  return {
    ...contender,
    attribute: async (images, targets, steps) => (await contender.attribute(images, targets, steps)).map((value) => factor * value),
  };
}

window.stage = openStage({
  pathlight: { create: async () => createPathlight(navigator.gpu) },
  scaled: { create: async () => scaled(createPathlight(navigator.gpu), 1.01) },
  broken: {
    create: async () => ({
      load: async () => {},
      attribute: async () => {
        throw new Error('no memory left');
      },
    }),
  },
});
