import { itemAt, twoOf } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { Dispatch, Operator } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';

/** What the second input gets of the output's cotangent dy. */
export type Route =
  /** dy */
  | { readonly kind: 'pass' }
  /** max(dy, 0) */
  | { readonly kind: 'rectify' }
  /**
   * factor dy / (d + epsilon sign(d)), where sign(0) is 1: what dy is of each unit of d. 0 where the divisor is 0, and where y does not lie on
   * the side `of`.
   */
  | { readonly kind: 'share'; readonly epsilon: number; readonly factor: number; readonly of: 'all' | 'positive' | 'negative' };

export interface RerouteAttributes {
  readonly route: Route;
  /** Whether the first input gets dy as well, for another Reroute before it. */
  readonly keeps: boolean;
}

/** Numbers of the kernel `reroute_backward`. */
const ROUTES: readonly Route['kind'][] = ['pass', 'rectify', 'share'];
const SIDES = { all: 0, positive: 1, negative: -1 };

/**
 * Reroute (internal): the inputs are y and d of the same size; the output is y, and its cotangent goes to d by `route`. With it a graph says
 * what takes the place of derivatives in a backward pass by rules. src/graph/passes/rules makes Reroutes. No file holds it.
 */
export const reroute: Operator<RerouteAttributes> = {
  since: 'internal',
  inputs: [2, 2],
  read(node) {
    throw node.error('node.internal');
  },
  forward: ({ inputs }) => twoOf(inputs)[0].data.slice(),
  backward({ attributes: { route, keeps }, inputs, cotangent: dy, wanted }) {
    const [y, d] = twoOf(inputs);
    return [keeps && wanted[0] ? dy.slice() : undefined, wanted[1] ? routed(route, y.data, d.data, dy) : undefined];
  },
  lower({ attributes: { route, keeps }, inputs, output }) {
    const [y, d] = twoOf(inputs);
    const tiles = sizeOf(output.shape);
    const dy = cotangent(output.name);
    const plain: Omit<Dispatch, 'bindings'> = {
      kernel: 'reroute_backward',
      parameters: {},
      constants: { ROUTE: ROUTES.indexOf('pass') },
      tiles,
    };
    const toFirst: Dispatch[] = keeps ? [{ ...plain, bindings: [dy, cotangent(y.name)] }] : [];
    const toSecond: Dispatch =
      route.kind === 'share'
        ? {
            kernel: 'reroute_backward',
            bindings: [value(y.name), value(d.name), dy, cotangent(d.name)],
            parameters: { epsilon: route.epsilon, factor: route.factor, side: SIDES[route.of] },
            constants: { ROUTE: ROUTES.indexOf('share') },
            tiles,
          }
        : { ...plain, bindings: [dy, cotangent(d.name)], constants: { ROUTE: ROUTES.indexOf(route.kind) } };
    return {
      forward: [{ kernel: 'reroute_forward', bindings: [value(y.name), value(output.name)], parameters: {}, tiles }],
      backward: [...toFirst, toSecond],
    };
  },
};

function routed(route: Route, y: Float64Array, d: Float64Array, dy: Float64Array): Float64Array {
  switch (route.kind) {
    case 'pass':
      return dy.slice();
    case 'rectify':
      return dy.map((slope) => Math.max(slope, 0));
    case 'share': {
      const side = SIDES[route.of];
      return mapPairs(d, dy, (denominator, slope, i) => {
        const divisor = denominator + (denominator >= 0 ? route.epsilon : -route.epsilon);
        const counts = divisor !== 0 && (side === 0 || side * itemAt(y, i) > 0);
        return counts ? (route.factor * slope) / divisor : 0;
      });
    }
  }
}
