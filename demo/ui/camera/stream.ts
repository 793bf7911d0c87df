import type { CameraRefusal } from '../i18n/en.js';

export class CameraError extends Error {
  constructor(readonly refusal: CameraRefusal) {
    super(`no camera: ${refusal}`);
  }
}

/** Chrome's name for what Permissions-Policy allows. Firefox and Safari do not say. */
type WithPolicy = Document & { readonly featurePolicy?: { allowsFeature(name: string): boolean } };

/** The longer side that is asked of the camera, in pixels: no shipped network reads more, and larger frames only take longer to copy. */
const SIDE = 640;

/**
 * Opens a camera: the chosen one, or else the one that looks away from the visitor, where there are two.
 * @throws CameraError
 */
export async function openCamera(device: string | null): Promise<MediaStream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new CameraError('insecure');
  if ((document as WithPolicy).featurePolicy?.allowsFeature('camera') === false) throw new CameraError('policy');
  try {
    const which = device === null ? { facingMode: 'environment' } : { deviceId: { exact: device } };
    return await devices.getUserMedia({ audio: false, video: { ...which, width: { ideal: SIDE }, height: { ideal: SIDE } } });
  } catch (error) {
    throw new CameraError(refusalOf(error));
  }
}

/** What the names of the errors of `getUserMedia` mean: https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia */
export function refusalOf(error: unknown): CameraRefusal {
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    default:
      return 'busy';
  }
}

export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** The largest part in the middle of a frame that has the model's proportions, in pixels of the frame. */
export function middleOf(frame: Size, input: Size): Size & { readonly x: number; readonly y: number } {
  const scale = Math.min(frame.width / input.width, frame.height / input.height);
  const [width, height] = [Math.max(1, Math.round(input.width * scale)), Math.max(1, Math.round(input.height * scale))];
  return { x: Math.floor((frame.width - width) / 2), y: Math.floor((frame.height - height) / 2), width, height };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Shows frames, one at a time: each is taken when the one before has been shown, so that none waits. Ends once `show` returns false. */
export async function followFrames(next: () => Promise<boolean>, show: () => Promise<boolean>): Promise<void> {
  while (await next()) if (!(await show())) return;
}
