import { gradientTimes } from '../../maps.js';
import type { AttributionMethod } from '../../method.js';

/** x * grad f(x). Shrikumar et al.: Not just a black box, 2016 (arXiv:1605.01713). */
export const inputXGradient: AttributionMethod<'input-x-gradient'> = {
  name: 'input-x-gradient',
  title: 'Input × gradient',
  path: 'none',
  baseline: 'compared',
  options: {},
  needs: { requests: ['pathGradient'] },
  complete: false,
  summary: { when: 'the same, in units of the output', gradients: '1', forwards: '2', sums: 'of linear networks' },
  maps: gradientTimes((x) => x),
  product: { factors: (_, factors, image) => factors.set(image) },
};
