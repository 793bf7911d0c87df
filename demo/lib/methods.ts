import { type MethodFacts, methodNamed, methods } from '../../src/app.js';
import type { AttributeOptions, Method, Rule, Steps } from '../../src/index.js';
import { flagsOf, type OptionFiles, type OptionTexts, optionsFor, readOption } from './options.js';

export const DEFAULT_METHOD: Method = 'ig';

/** What the page gives methods whose options have no default. */
const GIVEN: Partial<Record<Method, OptionTexts>> = { 'expected-gradients': { baselines: '64' } };

/** The methods that the page offers: those that need nothing from the visitor but the picture. */
export const OFFERED = methods.filter((method) => {
  const options: MethodFacts['options'] = method.options;
  const given = GIVEN[method.name] ?? {};
  return Object.entries(options).every(([name, { required }]) => required === undefined || name in given);
});

/** A method with what the visitor has set of it. */
export interface MethodChoice {
  readonly method: Method;
  readonly steps: Steps;
  readonly options?: OptionTexts;
  readonly files?: Readonly<Record<string, OptionFiles>>;
}

/** The options that have a value: the visitor's, or what the page gives. */
function givenOptions({ method, steps, options = {}, files = {} }: MethodChoice) {
  return optionsFor(factsOf(method), steps, options).flatMap(({ name, values }) => {
    const texts = [options[name], GIVEN[method]?.[name]];
    for (const text of texts) {
      const value = text && readOption(values, text, files[name]);
      if (text && value !== undefined && value !== '') return [{ name, text, value, files: files[name] }];
    }
    return [];
  });
}

/** The options of a method beside steps, rule and baseline, as the library takes them. */
export function optionsOf(choice: MethodChoice): AttributeOptions {
  return Object.fromEntries(givenOptions(choice).map(({ name, value }) => [name, value]));
}

/** Whether a text is a value of an option of this name, which methods may declare in different ways. */
export function isOptionText(name: string, text: string): boolean {
  const stepKinds: readonly Steps[] = [1, 'auto'];
  const declared = methods.flatMap((facts) => stepKinds.flatMap((steps) => optionsFor(facts, steps, { smooth: '2' })));
  return declared.some((option) => option.name === name && readOption(option.values, text) !== undefined);
}

/** The same options as words of the command line. */
export function optionFlags(choice: MethodChoice): readonly string[] {
  return givenOptions(choice).flatMap(({ name, text, files }) => flagsOf(name, text, files));
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
