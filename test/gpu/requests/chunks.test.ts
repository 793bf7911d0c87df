import { describe, expect, test } from 'vitest';
import { SubmitSize } from '../../../src/gpu/device/submit_size.js';
import type { Meter } from '../../../src/gpu/meter.js';
import { type GpuRequest, runChunks } from '../../../src/gpu/requests/chunks.js';
import type { GpuResources } from '../../../src/gpu/resources.js';

/** A queue whose submits end when the test says so. */
class Queue {
  readonly events: string[] = [];
  readonly #open: { readonly chunk: number; readonly end: () => void }[] = [];

  submit(chunk: number): Promise<void> {
    this.events.push(`submit ${chunk}`);
    return new Promise((end) => this.#open.push({ chunk, end }));
  }

  /** Ends the oldest submit, and lets everything run that waits for it. */
  async end(): Promise<void> {
    const first = this.#open.shift();
    this.events.push(`end ${first?.chunk}`);
    first?.end();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Starts a request of `chunks` chunks of four samples. The submit before it took so many milliseconds. */
function start(chunks: number, before: number, turns = 1, signal?: AbortSignal) {
  const queue = new Queue();
  const submitSize = new SubmitSize(before, 1e9);
  submitSize.took(4, before);
  let submitted = 0;
  const request: Partial<GpuRequest<'outputs'>> = {
    samples: 4 * chunks,
    images: 0,
    shared: {},
    results: { outputs: (samples) => samples },
    endOfChunk: (offset) => offset + 4,
    take: (_, { offset }) => queue.events.push(`take ${offset / 4}`),
  };
  const layout = { lanes: 1, blocks: 1 };
  const recording = {
    layouts: { samples: layout, ends: layout, images: layout },
    turns: () => Array.from({ length: turns }, () => ({ upload: () => 0, encode: () => 1 })),
  };
  const resources = {
    record: async () => ({ request, recording, capacity: 4, submitSize }),
    buffer: () => ({}),
    encoder: () => ({}),
  } as unknown as GpuResources;
  const meter = {
    dispatches: 0,
    follow: () => undefined,
    stream: () => undefined,
    submit: () => queue.submit(submitted++),
    submitAndRead: () => queue.submit(submitted++),
  } as unknown as Meter;
  const done = runChunks(resources, meter, 'any', () => request as GpuRequest<'outputs'>, { ...(signal && { signal }) });
  return { queue, done };
}

/** Lets everything run that waits for nothing. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('chunks of a request', () => {
  test('while a short one runs, the next is submitted, and no third', async () => {
    const { queue, done } = start(3, 5);
    await settled();
    expect(queue.events).toEqual(['submit 0', 'submit 1']);
    await queue.end();
    expect(queue.events.slice(2)).toEqual(['end 0', 'take 0', 'submit 2']);
    await queue.end();
    await queue.end();
    await done;
    expect(queue.events.slice(5)).toEqual(['end 1', 'take 1', 'end 2', 'take 2']);
  });

  test('after a long one the next waits', async () => {
    const { queue, done } = start(2, 1000);
    await settled();
    expect(queue.events).toEqual(['submit 0']);
    await queue.end();
    expect(queue.events.slice(1)).toEqual(['end 0', 'take 0', 'submit 1']);
    await queue.end();
    await done;
  });

  test('weights that are uploaded in turn wait for the submit before', async () => {
    const { queue, done } = start(2, 5, 2);
    await settled();
    expect(queue.events).toEqual(['submit 0']);
    for (let k = 0; k < 4; k++) await queue.end();
    await done;
    expect(queue.events).toEqual(['submit 0', 'end 0', 'submit 1', 'end 1', 'take 0', 'submit 2', 'end 2', 'submit 3', 'end 3', 'take 1']);
  });

  test('an abort submits nothing more, and ends when what runs has ended', async () => {
    const abort = new AbortController();
    const { queue, done } = start(4, 5, 1, abort.signal);
    await settled();
    abort.abort(new Error('enough'));
    let ended = false;
    const outcome = done.catch((error: Error) => {
      ended = true;
      return error.message;
    });
    await queue.end();
    expect([ended, queue.events]).toEqual([false, ['submit 0', 'submit 1', 'end 0', 'take 0']]);
    await queue.end();
    expect(await outcome).toBe('enough');
    expect(queue.events.slice(4)).toEqual(['end 1', 'take 1']);
  });
});
