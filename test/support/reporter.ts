import { DefaultReporter, type SerializedError, type TestCase, type TestModule, type TestRunEndReason } from 'vitest/node';

/**
 * Vitest's own report, followed by: where WebGPU ran and how often; a line for every reason to skip tests of a file; and the totals as the
 * last line, `N passed, N failed` or `N passed, N failed, N skipped`.
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
  // A file that failed to load, or an error outside of any test, has no test that could count it.
  const broken = modules.filter((module) => module.errors().length > 0).length;
  const failed = inState('failed').length + broken + unhandled.length;
  const unfinished = inState('pending').length;
  const on = (where: 'node' | 'chrome') => tests.filter((test) => test.meta().webgpu === where && test.result().state !== 'skipped').length;
  const totals = [`${passed} passed`, `${failed + unfinished} failed`];
  if (skipped.length > 0) totals.push(`${skipped.length} skipped`);
  return [`WebGPU in Node: ${on('node')} tests`, `WebGPU in Chrome: ${on('chrome')} tests`, ...skips(skipped), totals.join(', ')];
}

/** `skipped: 14 tests of test/onnx/shared_models.test.ts: ../shared is missing` */
function skips(skipped: readonly TestCase[]): string[] {
  const counts = new Map<string, number>();
  for (const test of skipped) {
    const result = test.result();
    const note = result.state === 'skipped' ? result.note : undefined;
    const key = `${test.module.relativeModuleId}, ${test.project.name}: ${note ?? `${test.fullName}: no reason given`}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([where, count]) => `skipped: ${count} test${count === 1 ? '' : 's'} of ${where}`);
}
