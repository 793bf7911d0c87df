/** A root of the n-th Legendre polynomial, and the weight that belongs to it on an interval of length 1. */
interface Point {
  readonly root: number;
  readonly weight: number;
}

/** The polynomial P_n at a point, and its derivative there. */
interface Value {
  readonly value: number;
  readonly slope: number;
}

/**
 * Roots nearest to 1 at which P_n is computed by its recurrence. Beyond them, from n = 101 on, the series below has terms of 1e-18 before
 * they grow again.
 */
const BY_RECURRENCE = 10;
const LEAST_DEGREE_OF_SERIES = 101;

/**
 * Nodes in (0, 1), ascending, and weights of the Gauss-Legendre rule with n points, in time proportional to n. The roots are found by
 * Newton's method, which starts from Tricomi's estimate. The weight of a root t is 2 / ((1 - t^2) P_n'(t)^2) on [-1, 1].
 */
export function gaussLegendre(n: number): { readonly nodes: Float64Array; readonly weights: Float64Array } {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  const series = n < LEAST_DEGREE_OF_SERIES ? undefined : new Series(n);
  for (let k = 0; k < Math.ceil(n / 2); k++) {
    const start = (Math.PI * (k + 0.75)) / (n + 0.5);
    const { root, weight } = series && k >= BY_RECURRENCE ? series.point(start) : pointByRecurrence(n, Math.cos(start));
    nodes[k] = (1 - root) / 2;
    nodes[n - 1 - k] = (1 + root) / 2;
    weights[k] = weight;
    weights[n - 1 - k] = weight;
  }
  return { nodes, weights };
}

function pointByRecurrence(n: number, start: number): Point {
  let root = start;
  let slope = 0;
  // Convergence is quadratic, and the start is good to 1/n^2: five iterations reach float64 precision for every n. Eight leave a reserve.
  for (let step = 0; step < 8; step++) {
    const at = recurrence(n, root);
    const next = root - at.value / at.slope;
    slope = at.slope;
    if (next === root) break;
    root = next;
  }
  return { root, weight: 1 / ((1 - root * root) * slope * slope) };
}

/** k P_k(x) = (2k - 1) x P_{k-1}(x) - (k - 1) P_{k-2}(x), and P_n'(x) = n (x P_n(x) - P_{n-1}(x)) / (x^2 - 1). */
function recurrence(n: number, x: number): Value {
  let [previous, value] = [1, x];
  for (let degree = 2; degree <= n; degree++) {
    [previous, value] = [value, ((2 * degree - 1) * x * value - (degree - 1) * previous) / degree];
  }
  return { value, slope: (n * (x * value - previous)) / (x * x - 1) };
}

/**
 * Stieltjes' series, away from the ends of [-1, 1]:
 *
 *     P_n(cos t) = C_n sum_m h_m cos((n + m + 1/2) t - (m + 1/2) pi / 2) / (2 sin t)^(m + 1/2),
 *     C_n = 4/pi prod_{j=1}^n j / (j + 1/2),   h_m = prod_{j=1}^m (j - 1/2)^2 / (j (n + j + 1/2)).
 *
 * N. Hale and A. Townsend, Fast and accurate computation of Gauss-Legendre and Gauss-Jacobi quadrature nodes and weights,
 * SIAM J. Sci. Comput. 35 (2013), equation 3.4.
 */
class Series {
  /** C_n and C_{n-1}. */
  readonly #scale: number;
  readonly #scaleBefore: number;

  constructor(readonly n: number) {
    let scale = 4 / Math.PI;
    for (let j = 1; j <= n; j++) scale *= j / (j + 0.5);
    this.#scale = scale;
    this.#scaleBefore = (scale * (n + 0.5)) / n;
  }

  /** The root near cos(start). The start is good to a thousandth of the distance to the next root, so three iterations are enough. */
  point(start: number): Point {
    const { n } = this;
    let angle = start;
    let slope = 0;
    for (let step = 0; step < 3; step++) {
      const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
      const value = this.#scale * sum(n, angle, sine, cosine);
      slope = (n * (this.#scaleBefore * sum(n - 1, angle, sine, cosine) - cosine * value)) / (sine * sine);
      angle += value / (sine * slope);
    }
    const sine = Math.sin(angle);
    return { root: Math.cos(angle), weight: 1 / (sine * sine * slope * slope) };
  }
}

/** The sum over m. Each term turns the phase of the one before by t - pi / 2. */
function sum(n: number, angle: number, sine: number, cosine: number): number {
  const phase = (n + 0.5) * angle - Math.PI / 4;
  let [real, imaginary] = [Math.cos(phase), Math.sin(phase)];
  let factor = 1 / Math.sqrt(2 * sine);
  let total = factor * real;
  for (let m = 1; factor > 1e-18; m++) {
    [real, imaginary] = [real * sine + imaginary * cosine, imaginary * sine - real * cosine];
    factor *= (m - 0.5) ** 2 / (m * (n + m + 0.5) * 2 * sine);
    total += factor * real;
  }
  return total;
}
