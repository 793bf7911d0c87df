import { type MethodFacts, methodNamed, methods } from '../../src/app.js';
import type { AttributeOptions, Method, Rule, Steps } from '../../src/index.js';

export const DEFAULT_METHOD: Method = 'ig';

/** What the page gives methods whose options have no default. */
const GIVEN: Partial<Record<Method, Pick<AttributeOptions, 'baselines'>>> = { 'expected-gradients': { baselines: 64 } };

/** The methods that the page offers: those that need nothing from the visitor but the picture. All other options have their defaults. */
export const OFFERED = methods.filter((method) => {
  const options: MethodFacts['options'] = method.options;
  const given = GIVEN[method.name] ?? {};
  return Object.entries(options).every(([name, { required }]) => required === undefined || name in given);
});

/** The options that the page gives a method. */
export function optionsOf(method: Method): Pick<AttributeOptions, 'baselines'> {
  return GIVEN[method] ?? {};
}

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
