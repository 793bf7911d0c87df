import { useState } from 'preact/hooks';
import { messages } from '../i18n/index.js';

type Camera = typeof import('./camera.js')['Camera'];

/** The button that turns the camera on. What serves the camera is loaded by the first click. */
export function CameraHost() {
  const text = messages.value.camera;
  const [loaded, setLoaded] = useState<{ readonly Camera: Camera } | null>(null);
  return (
    <div class="camera" data-control="camera" data-test="camera">
      {loaded !== null ? (
        <loaded.Camera />
      ) : (
        <button
          type="button"
          class="button"
          data-test="camera-on"
          onClick={() => void import('./camera.js').then(({ Camera }) => setLoaded({ Camera }))}
        >
          {text.open}
        </button>
      )}
      <p class="hint">{text.promise}</p>
    </div>
  );
}
