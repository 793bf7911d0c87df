import { afterEach, describe, expect, test, vi } from 'vitest';
import { followFrames, middleOf, openCamera, refusalOf } from '../../../demo/ui/camera/stream.js';

afterEach(() => vi.unstubAllGlobals());

/** A browser with a camera that answers so. */
function withCamera(getUserMedia: (asked: MediaStreamConstraints) => Promise<unknown>, allowed?: boolean): void {
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
  vi.stubGlobal('document', allowed === undefined ? {} : { featurePolicy: { allowsFeature: () => allowed } });
}

const failing = (name: string) => async () => {
  throw Object.assign(new Error(), { name });
};

describe('opening the camera', () => {
  test('asks for no sound, and for the camera that looks away, or the chosen one', async () => {
    const asked: MediaStreamConstraints[] = [];
    withCamera(async (one) => asked.push(one), true);
    await openCamera(null);
    await openCamera('b');
    expect(asked).toMatchObject([
      { audio: false, video: { facingMode: 'environment' } },
      { audio: false, video: { deviceId: { exact: 'b' } } },
    ]);
  });

  test('a page over plain http has none', async () => {
    vi.stubGlobal('navigator', {});
    await expect(openCamera(null)).rejects.toMatchObject({ refusal: 'insecure' });
  });

  test('a policy that forbids it is told apart from a visitor who does', async () => {
    withCamera(failing('NotAllowedError'), false);
    await expect(openCamera(null)).rejects.toMatchObject({ refusal: 'policy' });
    withCamera(failing('NotAllowedError'), true);
    await expect(openCamera(null)).rejects.toMatchObject({ refusal: 'denied' });
    withCamera(failing('NotAllowedError'));
    await expect(openCamera(null)).rejects.toMatchObject({ refusal: 'denied' });
  });

  test.each([
    ['SecurityError', 'denied'],
    ['NotFoundError', 'none'],
    ['OverconstrainedError', 'none'],
    ['NotReadableError', 'busy'],
    ['AbortError', 'busy'],
  ])('%s means %s', (name, refusal) => {
    expect(refusalOf(Object.assign(new Error(), { name }))).toBe(refusal);
  });
});

describe('frames', () => {
  test.each([
    ['a square of a wide frame', { width: 640, height: 480 }, { width: 28, height: 28 }, { x: 80, y: 0, width: 480, height: 480 }],
    ['a square of a high frame', { width: 480, height: 640 }, { width: 224, height: 224 }, { x: 0, y: 80, width: 480, height: 480 }],
    ['a wide part of a square frame', { width: 480, height: 480 }, { width: 64, height: 32 }, { x: 0, y: 120, width: 480, height: 240 }],
    [
      'all of a frame that is smaller than the input',
      { width: 16, height: 16 },
      { width: 28, height: 28 },
      { x: 0, y: 0, width: 16, height: 16 },
    ],
  ])('%s', (_, frame, input, middle) => {
    expect(middleOf(frame, input)).toEqual(middle);
  });

  test('are shown one at a time: those that come meanwhile are dropped, and the next is the newest', async () => {
    let now = 0;
    let showing = 0;
    const shown: number[] = [];
    await followFrames(
      async () => ++now < 100,
      async () => {
        expect(++showing).toBe(1);
        shown.push(now);
        await Promise.resolve();
        // Ten frames come while one is shown.
        now += 10;
        showing--;
        return shown.length < 4;
      },
    );
    expect(shown).toEqual([1, 12, 23, 34]);
  });

  test('end when the camera does', async () => {
    let shown = 0;
    await followFrames(
      async () => shown < 3,
      async () => ++shown > 0,
    );
    expect(shown).toBe(3);
  });
});
