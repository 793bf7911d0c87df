import { PathlightError } from '../errors.js';
import type { DeviceSource } from '../gpu/device/device.js';
import { createMessage, type Message } from '../messages/index.js';
import { type AdapterFacts, factsOf } from './adapter.js';
import { checksFor } from './checks.js';
import { type Examination, examine } from './examine.js';
import { measureSpeed, type Speed } from './speed.js';

/** What a doctor says of an adapter: `doctor.json`. */
export interface Diagnosis {
  readonly adapter: AdapterFacts;
  readonly examination: Examination;
  /** Absent where kernels are wrong, since how fast wrong numbers come tells nothing, and where only some were examined. */
  readonly speed?: Speed;
  /** Is it right, how fast is it, what to do. */
  readonly verdict: readonly Message[];
}

export interface ConsultOptions {
  /** Fewer cases of each operator, and no comparison of plans. */
  readonly quick?: boolean;
  /** Examines only checks with this text in their name, which begins with an operator's; measures no speed. */
  readonly only?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: 'kernels' | 'speed', done: number, total: number) => void;
}

/**
 * Examines an adapter: whether all kernels are right on it, and how fast it is.
 *
 * @throws PathlightError where there is no adapter, or where no check has the text of `only`; and the signal's reason.
 */
export async function consult(source: DeviceSource, options: ConsultOptions = {}): Promise<Diagnosis> {
  const { quick = false, only, signal, onProgress } = options;
  const all = checksFor({ quick });
  const checks = only === undefined ? all : all.filter(({ name }) => name.toLowerCase().includes(only.toLowerCase()));
  if (checks.length === 0) throw new PathlightError('doctor.nothing', { text: only ?? '' });
  const adapter = factsOf(await source.get());
  const during = (stage: 'kernels' | 'speed') => ({
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (done: number, total: number) => onProgress(stage, done, total) }),
  });
  const examination = await examine(source, checks, during('kernels'));
  if (!examination.right) return { adapter, examination, verdict: wrong(adapter, examination) };
  if (only !== undefined) {
    const values = { adapter: adapter.name, checks: checks.length, worst: examination.worst?.error ?? 0 };
    return { adapter, examination, verdict: [createMessage('doctor.right-part', values)] };
  }
  const speed = await measureSpeed(source, { quick, ...during('speed') });
  return { adapter, examination, speed, verdict: right(adapter, examination, speed) };
}

function right(adapter: AdapterFacts, { kernels, checks, worst }: Examination, speed: Speed): Message[] {
  const { loopGflops: gflops, submitMilliseconds: milliseconds } = speed;
  const [best] = [...speed.work].sort((a, b) => b.share - a.share);
  return [
    createMessage('doctor.right', { adapter: adapter.name, kernels, checks, worst: worst?.error ?? 0 }),
    createMessage('doctor.speed', { gflops, share: best?.share ?? 0, work: best?.work ?? '', milliseconds }),
    adapter.kind === 'gpu'
      ? createMessage('doctor.use-it')
      : createMessage('doctor.software', { lavapipe: /llvmpipe|lavapipe/i.test(adapter.name) }),
  ];
}

function wrong({ name }: AdapterFacts, { checks, wrong: failed }: Examination): Message[] {
  const operators = [...new Set(failed.flatMap(({ serves }) => serves))].sort();
  return [createMessage('doctor.wrong', { adapter: name, wrong: failed.length, checks, operators }), createMessage('doctor.use-cpu')];
}
