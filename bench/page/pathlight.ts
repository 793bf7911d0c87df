import { createSession, integratedGradients, type Session } from '../../src/index.js';
import type { PageContender } from './stage.js';

/** Pathlight on WebGPU, called as users call it. */
export function createPathlight(gpu: GPU): PageContender {
  let session: Session | undefined;
  return {
    async load({ onnx }) {
      await session?.destroy();
      session = await createSession(onnx, { gpu });
    },
    async attribute(images, targets, steps) {
      const elements = images.length / targets.length;
      const list = targets.map((_, index) => images.subarray(index * elements, (index + 1) * elements));
      const results = await integratedGradients(session!, list, { target: targets, baseline: 'zero', steps });
      const maps = new Float32Array(images.length);
      results.forEach((result, index) => {
        maps.set(result.values, index * elements);
      });
      return maps;
    },
  };
}
