import { useEffect, useRef, useState } from 'preact/hooks';
import type { Picture } from '../../../src/index.js';
import { centresPictures } from '../../lib/handwriting.js';
import { present } from '../../lib/present.js';
import { Select } from '../controls/select.js';
import { format, messages } from '../i18n/index.js';
import { contextOf } from '../lib/pixels.js';
import { showSection } from '../lib/scroll.js';
import { find } from '../state/fix.js';
import { fit, showFrame, showPicture } from '../state/input.js';
import { className, model, probabilityOf, problems, reading, subject } from '../state/signals.js';
import { CameraError, closeCamera, followFrames, middleOf, openCamera } from './stream.js';

/** How many frames were frozen: pictures, and the files that are made of them, have names of their own. */
let frozen = 0;

/** A frame that was shown, as the picture that it becomes once it is frozen. */
async function freeze(canvas: HTMLCanvasElement): Promise<void> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  await showPicture(new File([present(blob, 'the frame as PNG')], `camera-${++frozen}.png`, { type: 'image/png' }));
}

/** The camera: live until it is frozen, or until another picture is chosen. Nothing of it leaves the page. */
export function Camera() {
  const text = messages.value.camera;
  const [on, setOn] = useState(true);
  const [device, setDevice] = useState<string | null>(null);
  const own = subject.value?.name.startsWith('camera-') === true && subject.value.origin === 'picture';
  if (on) return <Live device={device} onDevice={setDevice} onEnd={() => setOn(false)} />;
  return (
    <div class="chips">
      <button type="button" class="button" onClick={() => setOn(true)} data-test="camera-on">
        {text.again}
      </button>
      {own && reading.value !== null && (
        <button
          type="button"
          class="button primary"
          data-test="camera-fix"
          onClick={() => {
            showSection('fix');
            void find();
          }}
        >
          {messages.value.fix.find}
        </button>
      )}
    </div>
  );
}

interface LiveProps {
  readonly device: string | null;
  readonly onDevice: (id: string) => void;
  readonly onEnd: () => void;
}

function Live({ device, onDevice, onEnd }: LiveProps) {
  const text = messages.value.camera;
  const video = useRef<HTMLVideoElement>(null);
  const [canvas] = useState(() => document.createElement('canvas'));
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[] | null>(null);
  /** The camera that is live: the browser chooses where the visitor has not. */
  const [live, setLive] = useState('');
  const { width, height } = model.value?.preprocessing ?? { width: 28, height: 28 };
  const digit = isDigit();
  const { look } = messages.value;
  const read = subject.value?.origin === 'camera' ? reading.value : null;

  useEffect(() => {
    let stream: MediaStream | undefined;
    let ended = false;
    const stop = () => {
      ended = true;
      if (stream !== undefined) closeCamera(stream);
    };
    const watch = async () => {
      if (isDigit()) fit.value = 'centre';
      const opened = await openCamera(device);
      stream = opened;
      if (ended) return stop();
      problems.look.value = null;
      opened.getVideoTracks()[0]?.addEventListener('ended', () => {
        problems.look.value = { page: (all) => all.camera('ended') };
        onEnd();
      });
      const screen = present(video.current, 'the video');
      screen.srcObject = opened;
      await screen.play();
      setLive(opened.getVideoTracks()[0]?.getSettings().deviceId ?? '');
      setDevices((await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput'));
      await followFrames(
        async () => {
          await nextFrame(screen);
          return !ended;
        },
        () => showFrame(grab(screen, canvas)),
      );
      if (!ended) onEnd();
    };
    watch().catch((error: unknown) => {
      if (ended) return;
      const refusal = error instanceof CameraError ? error.refusal : 'busy';
      problems.look.value = { page: (all) => all.camera(refusal) };
      onEnd();
    });
    return stop;
  }, [device]);

  // Whoever leaves the camera keeps what it showed last.
  useEffect(
    () => () => {
      if (subject.peek()?.origin === 'camera') void freeze(canvas);
    },
    [],
  );

  return (
    <>
      <video
        ref={video}
        class="camera-view"
        style={{ aspectRatio: `${width} / ${height}` }}
        muted
        playsInline
        aria-label={text.live}
        data-test="camera-view"
      />
      {/* On a phone the reading itself is below the screen. Beside it, screen readers hear it once. */}
      <p aria-hidden="true">
        {read !== null && (
          <>
            {look.reads} <strong>{className(read.class)}</strong>{' '}
            <span class="faint">{look.with(format.value.percent(probabilityOf(read)))}</span>
          </>
        )}
      </p>
      <p class="hint" aria-live="polite">
        {devices === null ? text.starting : digit ? text.hintDigit : text.hint}
      </p>
      <div class="chips">
        <button type="button" class="button primary" disabled={devices === null} onClick={onEnd} data-test="camera-freeze">
          {text.freeze}
        </button>
      </div>
      {devices !== null && devices.length > 1 && (
        <Select
          control="camera"
          label={text.which}
          value={live}
          options={devices.map(({ deviceId, label }, i) => ({ value: deviceId, label: label || text.numbered(String(i + 1)) }))}
          onChange={onDevice}
        />
      )}
    </>
  );
}

/** Whether the open model reads digits as MNIST has them, which are centred. */
function isDigit(): boolean {
  const open = model.peek();
  return open !== null && centresPictures(open.preprocessing);
}

/** Waits for a frame that was not there before. A page that nobody looks at gets none. */
function nextFrame(video: HTMLVideoElement): Promise<unknown> {
  return new Promise((resolve) => {
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(resolve);
    else requestAnimationFrame(resolve);
  });
}

/** The middle of the frame, as large as the camera has it. It stays on the canvas. */
function grab(video: HTMLVideoElement, canvas: HTMLCanvasElement): Picture {
  const frame = { width: video.videoWidth, height: video.videoHeight };
  const { x, y, width, height } = middleOf(frame, model.peek()?.preprocessing ?? frame);
  canvas.width = width;
  canvas.height = height;
  const context = contextOf(canvas, { willReadFrequently: true });
  context.drawImage(video, x, y, width, height, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, channels: 4, data: new Uint8Array(data.buffer) };
}
