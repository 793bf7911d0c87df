import { type MethodFacts, methodNamed, methods } from '../../src/app.js';
import type { Method, Rule, Steps } from '../../src/index.js';

export const DEFAULT_METHOD: Method = 'ig';

/** The methods that the page offers: those that need nothing from the visitor but the picture. Their own options have their defaults. */
export const OFFERED = methods.filter((method) => {
  const options: MethodFacts['options'] = method.options;
  return Object.values(options).every(({ required }) => required === undefined);
});

/** What is known of a method. */
export function factsOf(name: Method): MethodFacts {
  const facts = methodNamed(name, methods);
  if (facts === undefined) throw new RangeError(`no method is called ${name}`);
  return facts;
}

/** The rule, where the method and the steps have one. */
export function ruleOf({ method, steps, rule }: { readonly method: Method; readonly steps: Steps; readonly rule: Rule }): {
  readonly rule?: Rule;
} {
  return factsOf(method).path === 'quadrature' && steps !== 'exact' ? { rule } : {};
}
