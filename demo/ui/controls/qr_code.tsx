import { useCallback, useState } from 'preact/hooks';
import { messages } from '../i18n/index.js';
import { contextOf } from '../lib/pixels.js';
import { PixelView } from './pixel_view.js';

type Encode = typeof import('qr')['encodeQR'];

/** The most bytes of a QR code with the least redundancy. */
const MOST = 2953;

/** A text as a QR code, for those in the last row who have a telephone. What makes it is loaded when it is asked for. */
export function QrCode({ text }: { readonly text: string }) {
  const words = messages.value.export;
  const [loaded, setLoaded] = useState<{ readonly encode: Encode } | null>(null);
  if (loaded === null) {
    return (
      <button
        type="button"
        class="button"
        data-control="qr"
        data-test="show-qr"
        onClick={() => void import('qr').then(({ encodeQR }) => setLoaded({ encode: encodeQR }))}
      >
        {words.qr}
      </button>
    );
  }
  return text.length > MOST ? (
    <p class="hint" data-control="qr">
      {words.qrTooLong}
    </p>
  ) : (
    <Drawn text={text} encode={loaded.encode} />
  );
}

function Drawn({ text, encode }: { readonly text: string; readonly encode: Encode }) {
  const rows = encode(text, 'raw', { ecc: 'low', border: 4 });
  const draw = useCallback(
    (canvas: HTMLCanvasElement) => {
      canvas.width = rows.length;
      canvas.height = rows.length;
      const context = contextOf(canvas);
      rows.forEach((row, y) => {
        row.forEach((dark, x) => {
          context.fillStyle = dark ? '#000' : '#fff';
          context.fillRect(x, y, 1, 1);
        });
      });
    },
    [text],
  );
  return (
    <div class="qr" data-control="qr">
      <PixelView width={rows.length} height={rows.length} draw={draw} label={messages.value.export.qrLabel} testId="qr" />
    </div>
  );
}
