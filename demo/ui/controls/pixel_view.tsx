import { useLayoutEffect, useRef } from 'preact/hooks';
import { present } from '../../lib/present.js';
import { moveCursor, type Pixel } from '../lib/cursor.js';
import { contextOf } from '../lib/pixels.js';

interface PixelViewProps {
  readonly width: number;
  readonly height: number;
  /** Read out in place of the picture. */
  readonly label: string;
  /** Draws the picture, one canvas pixel for each of its pixels. It is called again whenever another function is given. */
  readonly draw: (canvas: HTMLCanvasElement) => void;
  /** The pixel that is pointed at. Several views can share it. */
  readonly cursor?: Pixel | null;
  readonly onCursor?: (pixel: Pixel | null) => void;
  /** Called for a click, Enter or Space on a pixel. */
  readonly onPick?: (pixel: Pixel) => void;
  /** [height][width]: pixels with 1 are outlined, pixels with 2 faintly. */
  readonly marks?: Uint8Array | undefined;
  readonly describedBy?: string;
  readonly testId?: string;
}

/** Pictures with more pixels are drawn in a task of their own. Several photographs in one task would make the page stutter. */
const AT_ONCE = 64 * 64;

/** A picture whose pixels can be chosen with the pointer or with the arrow keys. */
export function PixelView({ width, height, label, draw, cursor, onCursor, onPick, marks, describedBy, testId }: PixelViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const outline = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const drawn = canvas.current;
    if (drawn === null) return;
    if (width * height <= AT_ONCE) return draw(drawn);
    const timer = setTimeout(() => draw(drawn));
    return () => clearTimeout(timer);
  }, [draw, width, height]);
  useLayoutEffect(() => {
    if (marks !== undefined && outline.current !== null) paintMarks(outline.current, marks, width, height);
  }, [marks, width, height]);
  const interactive = onCursor !== undefined;
  const at = (event: PointerEvent): Pixel => {
    const box = present(canvas.current, 'the canvas of a picture').getBoundingClientRect();
    const clamp = (value: number, size: number) => Math.min(size - 1, Math.max(0, Math.floor(value * size)));
    return { x: clamp((event.clientX - box.left) / box.width, width), y: clamp((event.clientY - box.top) / box.height, height) };
  };
  return (
    <div
      class={`pixels${onPick ? ' pickable' : ''}`}
      data-test={testId}
      {...(interactive && {
        role: 'application',
        tabIndex: 0,
        'aria-label': label,
        'aria-describedby': describedBy,
        onPointerMove: (event: PointerEvent) => onCursor(at(event)),
        onPointerLeave: () => onCursor(null),
        onFocus: () => cursor ?? onCursor({ x: width >> 1, y: height >> 1 }),
        onPointerUp: (event: PointerEvent) => onPick?.(at(event)),
        onKeyDown: (event: KeyboardEvent) => {
          const from = cursor ?? { x: width >> 1, y: height >> 1 };
          const moved = moveCursor(from, event.key, width, height);
          if (moved !== undefined) onCursor(moved);
          else if (onPick && (event.key === 'Enter' || event.key === ' ')) onPick(from);
          else return;
          event.preventDefault();
        },
      })}
      style={{ aspectRatio: `${width} / ${height}` }}
    >
      <canvas ref={canvas} role="img" aria-label={label} />
      {marks !== undefined && <canvas ref={outline} class="marks" />}
      {cursor && (
        <i
          class="cursor"
          style={{
            left: `${(100 * cursor.x) / width}%`,
            top: `${(100 * cursor.y) / height}%`,
            width: `${100 / width}%`,
            height: `${100 / height}%`,
          }}
        />
      )}
    </div>
  );
}

/** Draws lines around marked pixels, on a canvas with many canvas pixels for each pixel of the picture. */
function paintMarks(canvas: HTMLCanvasElement, marks: Uint8Array, width: number, height: number): void {
  const unit = Math.max(2, Math.min(24, Math.floor(1344 / Math.max(width, height))));
  canvas.width = width * unit;
  canvas.height = height * unit;
  const context = contextOf(canvas);
  const line = Math.max(1, Math.round(unit / 8));
  const marked = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && marks[y * width + x] !== 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!marked(x, y)) continue;
      // Okabe and Ito's orange, as in the library's figures; grey if undone.
      context.fillStyle = marks[y * width + x] === 1 ? '#e69f00' : '#8c8f96';
      if (!marked(x, y - 1)) context.fillRect(x * unit, y * unit, unit, line);
      if (!marked(x, y + 1)) context.fillRect(x * unit, (y + 1) * unit - line, unit, line);
      if (!marked(x - 1, y)) context.fillRect(x * unit, y * unit, line, unit);
      if (!marked(x + 1, y)) context.fillRect((x + 1) * unit - line, y * unit, line, unit);
    }
  }
}
