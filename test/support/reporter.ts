import { DefaultReporter, type SerializedError, type TestModule, type TestRunEndReason } from 'vitest/node';

/**
 * Vitest's own report, and then in this order: where WebGPU ran and how often, a line for every skipped test with its reason, and the
 * totals as the last line, `N passed, N failed` or `N passed, N failed, N skipped`.
 */
export default class Reporter extends DefaultReporter {
  override onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[], reason: TestRunEndReason): void {
    super.onTestRunEnd(modules, unhandled, reason);
    for (const line of summarise(modules, unhandled)) console.log(line);
  }
}

function summarise(modules: readonly TestModule[], unhandled: readonly SerializedError[]): string[] {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const inState = (state: string) => tests.filter((test) => test.result().state === state);
  const passed = inState('passed').length;
  const skipped = inState('skipped');
  // A file that could not be loaded and an error outside of any test have no test to be counted by.
  const broken = modules.filter((module) => module.errors().length > 0).length;
  const failed = inState('failed').length + broken + unhandled.length;
  const unfinished = inState('pending').length;
  const on = (where: 'node' | 'chrome') => tests.filter((test) => test.meta().webgpu === where).length;
  const totals = [`${passed} passed`, `${failed + unfinished} failed`];
  if (skipped.length > 0) totals.push(`${skipped.length} skipped`);
  return [
    `WebGPU in Node: ${on('node')} tests`,
    `WebGPU in Chrome: ${on('chrome')} tests`,
    ...skipped.map((test) => {
      const result = test.result();
      const note = result.state === 'skipped' ? result.note : undefined;
      return `skipped: ${test.module.relativeModuleId}: ${test.fullName}: ${note ?? 'no reason given'}`;
    }),
    totals.join(', '),
  ];
}
