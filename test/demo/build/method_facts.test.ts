import { expect, test } from 'vitest';
import { factsModule } from '../../../demo/build/method_facts.js';
import { METHODS, type methodNamed, methods } from '../../../src/attribution/methods/index.js';

test('the page has all facts of all methods, and no code of theirs', async () => {
  const code = factsModule(methods);
  const page: { methods: typeof methods; METHODS: typeof METHODS; methodNamed: typeof methodNamed } = await import(
    `data:text/javascript,${encodeURIComponent(code)}`
  );
  expect(page.METHODS).toEqual(METHODS);
  for (const [i, method] of methods.entries()) {
    const facts = Object.entries(method).filter(([name, value]) => typeof value !== 'function' && name !== 'product');
    expect(page.methods[i]).toMatchObject(Object.fromEntries(facts));
    expect(Object.values(page.methods[i]!).filter((value) => typeof value === 'function')).toEqual([]);
  }
  expect(page.methodNamed('ig', page.methods)).toBe(page.methods[0]);
  expect(page.methodNamed('no-such', page.methods)).toBeUndefined();
});
