import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { present } from '../../lib/present.js';
import { Segmented } from '../controls/segmented.js';
import { messages } from '../i18n/index.js';
import { moveCursor, type Pixel } from '../lib/cursor.js';
import { contextOf } from '../lib/pixels.js';

/** The side of the board and the width of the pen. If a drawing fills the board, its strokes are about as wide as those of an MNIST digit. */
const SIDE = 280;
const PEN = 24;
const ERASER = 40;
/** Arrow keys move in a grid of this many cells. Two spots that are set at most JOINED cells apart are joined by a line. */
const CELLS = 28;
const CELL = SIDE / CELLS;
const JOINED = 4;
const MOST_UNDOS = 30;

type Tool = 'pen' | 'eraser';

interface DrawingBoardProps {
  /** The drawing [side][side], 0 to 255, white on black; null when it is empty. `moving` while the pen is down. */
  readonly onDraw: (pixels: Uint8Array | null, side: number, moving: boolean) => void;
}

/** The strokes are kept while the board is not shown: choosing another source and coming back loses nothing. */
const strokes: ImageData[] = [];

/** A board to draw on with mouse, pen or finger, or with the keyboard. */
export function DrawingBoard({ onDraw }: DrawingBoardProps) {
  const text = messages.value.look;
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<Pixel | null>(null);
  const frame = useRef(0);
  const spaceDown = useRef(false);
  const spot = useRef<Pixel | null>(null);
  const [tool, setTool] = useState<Tool>('pen');
  const [at, setAt] = useState<Pixel | null>(null);
  const [undos, setUndos] = useState(Math.max(0, strokes.length - 1));

  const board = () => present(canvas.current, 'the canvas of the board');
  const context = () => contextOf(board(), { willReadFrequently: true });
  useLayoutEffect(() => {
    const drawn = strokes.at(-1);
    if (drawn !== undefined) context().putImageData(drawn, 0, 0);
    else clearCanvas(context());
    return () => cancelAnimationFrame(frame.current);
  }, []);

  const tell = (moving: boolean) => {
    const { data } = context().getImageData(0, 0, SIDE, SIDE);
    const pixels = new Uint8Array(SIDE * SIDE);
    let ink = false;
    for (let p = 0; p < pixels.length; p++) {
      pixels[p] = data[4 * p]!;
      ink ||= pixels[p] !== 0;
    }
    onDraw(ink ? pixels : null, SIDE, moving);
  };
  const tellSoon = () => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => tell(true));
  };
  const keep = () => {
    cancelAnimationFrame(frame.current);
    if (strokes.length === 0) strokes.push(blank());
    strokes.push(context().getImageData(0, 0, SIDE, SIDE));
    if (strokes.length > MOST_UNDOS) strokes.shift();
    setUndos(strokes.length - 1);
    tell(false);
  };
  const line = (from: Pixel, to: Pixel, using: Tool) => {
    const pen = context();
    pen.strokeStyle = using === 'pen' ? '#fff' : '#000';
    pen.lineWidth = using === 'pen' ? PEN : ERASER;
    pen.lineCap = 'round';
    pen.lineJoin = 'round';
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    // A line without length is not drawn, so a point is a very short line.
    pen.lineTo(to.x + (from.x === to.x && from.y === to.y ? 0.01 : 0), to.y);
    pen.stroke();
  };
  const place = (event: PointerEvent): Pixel => {
    const box = board().getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * SIDE, y: ((event.clientY - box.top) / box.height) * SIDE };
  };
  const centreOf = ({ x, y }: Pixel): Pixel => ({ x: (x + 0.5) * CELL, y: (y + 0.5) * CELL });
  const set = (cell: Pixel, using: Tool) => {
    const from = spot.current;
    const near = from !== null && Math.max(Math.abs(from.x - cell.x), Math.abs(from.y - cell.y)) <= JOINED;
    line(centreOf(near && using === 'pen' ? from : cell), centreOf(cell), using);
    spot.current = using === 'pen' ? cell : null;
    keep();
  };
  const undo = () => {
    if (strokes.length < 2) return;
    strokes.pop();
    context().putImageData(present(strokes.at(-1), 'the drawing before'), 0, 0);
    setUndos(strokes.length - 1);
    spot.current = null;
    tell(false);
  };
  const clear = () => {
    clearCanvas(context());
    spot.current = null;
    keep();
  };

  return (
    <div class="board">
      <div
        class="board-place"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is drawn on with keys too.
        tabIndex={0}
        aria-label={at === null ? text.board : `${text.board}, ${text.boardAt(at.x + 1, at.y + 1)}`}
        aria-describedby="board-help"
        data-test="board"
        // The cursor is only for keyboards: a mouse or pen shows where it is.
        onFocus={({ currentTarget }) => at === null && currentTarget.matches(':focus-visible') && setAt({ x: CELLS / 2, y: CELLS / 2 })}
        onBlur={() => setAt(null)}
        onKeyUp={(event) => {
          if (event.key === ' ') spaceDown.current = false;
        }}
        onKeyDown={(event) => {
          const cell = at ?? { x: CELLS / 2, y: CELLS / 2 };
          const moved = moveCursor(cell, event.key, CELLS, CELLS);
          if (moved !== undefined) {
            setAt(moved);
            if (spaceDown.current) set(moved, tool);
          } else if (event.key === ' ') {
            if (!event.repeat) set(cell, tool);
            spaceDown.current = true;
          } else if (event.key === 'x' || event.key === 'X') set(cell, 'eraser');
          else if (event.key === 'Delete' || event.key === 'Backspace') clear();
          else if (event.key === 'z' && (event.ctrlKey || event.metaKey)) undo();
          else return;
          event.preventDefault();
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          setAt(null);
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = place(event);
          line(last.current, last.current, tool);
          tellSoon();
        }}
        onPointerMove={(event) => {
          if (last.current === null) return;
          // A fast pen reports several places at once.
          const moves = event.getCoalescedEvents?.() ?? [];
          for (const move of moves.length > 0 ? moves : [event]) {
            const next = place(move);
            line(last.current, next, tool);
            last.current = next;
          }
          tellSoon();
        }}
        onPointerUp={() => {
          if (last.current === null) return;
          last.current = null;
          keep();
        }}
        onPointerCancel={() => {
          last.current = null;
          keep();
        }}
      >
        <canvas ref={canvas} width={SIDE} height={SIDE} role="img" aria-label={text.board} />
        {at !== null && (
          <i
            class="cursor"
            style={{
              left: `${(100 * at.x) / CELLS}%`,
              top: `${(100 * at.y) / CELLS}%`,
              width: `${100 / CELLS}%`,
              height: `${100 / CELLS}%`,
            }}
          />
        )}
      </div>
      <div class="toolbar">
        <Segmented
          quiet
          label={text.board}
          value={tool}
          options={[
            { value: 'pen', label: text.pen },
            { value: 'eraser', label: text.eraser },
          ]}
          onChange={setTool}
        />
        <button type="button" class="button" disabled={undos === 0} onClick={undo}>
          {text.undo}
        </button>
        <button type="button" class="button" onClick={clear}>
          {text.clear}
        </button>
      </div>
      <p id="board-help" class="hint">
        {text.boardHelp}
      </p>
    </div>
  );
}

function clearCanvas(context: CanvasRenderingContext2D): void {
  context.fillStyle = '#000';
  context.fillRect(0, 0, SIDE, SIDE);
}

/** A black picture, the empty board. */
function blank(): ImageData {
  const data = new ImageData(SIDE, SIDE);
  for (let p = 3; p < data.data.length; p += 4) data.data[p] = 255;
  return data;
}
