import { isControl, methods as knownMethods, type MethodTable, methodNamed, type ReportedMethod } from '../../app.js';
import type { Evaluation } from '../../index.js';

/** Methods in the order of the metric that ranks them, the best first, then the controls. */
export function rankedNames(methods: Evaluation['methods']): string[] {
  const gain = (name: string) =>
    methods[name]?.['relevance-gain']?.mean ?? methods[name]?.insertion?.mean ?? -(methods[name]?.deletion?.mean ?? 0);
  return Object.keys(methods).sort((a, b) => Number(isControl(a)) - Number(isControl(b)) || gain(b) - gain(a));
}

/** The rows of a report's table, and the lines of its charts. */
export function reportedMethods({ methods, curves, milliseconds }: Evaluation): ReportedMethod[] {
  return rankedNames(methods).map((name) => ({
    name,
    control: isControl(name),
    metrics: methods[name] ?? {},
    ...(curves[name] && { curves: curves[name] }),
    ...(milliseconds[name] !== undefined && { milliseconds: milliseconds[name] }),
  }));
}

/** `Integrated Gradients, from the baseline blur` for `ig@blur`. */
export function titleOf(name: string, table: MethodTable = knownMethods): string {
  const [own = '', baseline] = name.split('@');
  const title = methodNamed(own, table)?.title ?? own;
  return baseline === undefined ? title : `${title}, with the baseline ${baseline}`;
}

/** `gain 0.96`, below a map of one picture. */
export function gainOf(gain: number): string {
  // What rounds to -0 is 0.
  return `gain ${(Math.round(100 * gain) / 100 + 0).toFixed(2)}`;
}
