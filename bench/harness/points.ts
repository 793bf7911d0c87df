import type { Session } from '../../src/index.js';
import { type Explanation, explain } from './explain.js';
import { createReference } from './reference.js';

/** The gradient at one point of a path in float32, compared with float64's. */
export interface PointReport extends Explanation {
  /** The distances of the point's uncertain gates from their kink; `flips` are indices into this list. */
  readonly uncertain: readonly number[];
}

/**
 * Compares x * grad f on the session's executor with float64, gate by gate, at points x = a * image. Points are rounded to float32, so that
 * both sides use the same.
 *
 * @param enough flips are sought as long as more than this is left, relative to the largest value
 */
export async function explainPoints(
  session: Session,
  image: Float32Array,
  target: number,
  nodes: Float64Array,
  enough: number,
): Promise<PointReport[]> {
  const executor = await session.executor();
  const { elements, classes } = executor;
  const points = new Float32Array(nodes.length * elements);
  nodes.forEach((alpha, k) => {
    points.set(
      image.map((x) => alpha * x),
      k * elements,
    );
  });
  const seed = new Float32Array(classes);
  seed[target] = 1;
  const { gradients } = await executor.gradients({ images: points, seed });
  const reference = createReference(session.graph, { images: points, targetOf: () => target, nodes: Float64Array.of(1) });
  const reports: PointReport[] = [];
  for (let k = 0; k < nodes.length; k++) {
    const truth = await reference.mapOf(k);
    const map = Float32Array.from({ length: elements }, (_, i) => points[k * elements + i]! * gradients[k * elements + i]!);
    reports.push({ ...explain(map, truth, enough), uncertain: truth.uncertain });
  }
  return reports;
}
