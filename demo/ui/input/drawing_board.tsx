import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { present } from '../../lib/present.js';
import { Segmented } from '../controls/segmented.js';
import { messages } from '../i18n/index.js';
import { moveCursor, type Pixel } from '../lib/cursor.js';
import { contextOf } from '../lib/pixels.js';
import { BOARD, pointOn, type Stroke, type Tool } from '../lib/strokes.js';
import { boardsBefore, inkOf, paintLine, paintStrokes, strokes } from '../state/board.js';

/** Arrow keys move in a grid of this many cells. Two spots that are set at most JOINED cells apart are joined by a line. */
const CELLS = 28;
const CELL = BOARD / CELLS;
const JOINED = 4;
/** Places of a stroke that are closer are one: links to drawings stay short. */
const APART = 3;

interface DrawingBoardProps {
  /** The drawing [side][side], 0 to 255, white on black; null when it is empty. `moving` while the pen is down. */
  readonly onDraw: (pixels: Uint8Array | null, side: number, moving: boolean) => void;
}

/** A board to draw on with mouse, pen or finger, or with the keyboard. */
export function DrawingBoard({ onDraw }: DrawingBoardProps) {
  const text = messages.value.look;
  const canvas = useRef<HTMLCanvasElement>(null);
  const line = useRef<Pixel[] | null>(null);
  const frame = useRef(0);
  const spaceDown = useRef(false);
  const spot = useRef<Pixel | null>(null);
  const [tool, setTool] = useState<Tool>('pen');
  const [at, setAt] = useState<Pixel | null>(null);

  const board = () => present(canvas.current, 'the canvas of the board');
  const context = () => contextOf(board(), { willReadFrequently: true });
  // Strokes are painted while they are drawn. All are painted when the board appears, and when others came: with an address, or by an undo.
  useLayoutEffect(() => paintStrokes(context(), strokes.value), [strokes.value]);
  useLayoutEffect(() => () => cancelAnimationFrame(frame.current), []);

  const tell = (moving: boolean) => onDraw(inkOf(context()), BOARD, moving);
  const tellSoon = () => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => tell(true));
  };
  const show = (next: readonly Stroke[]) => {
    cancelAnimationFrame(frame.current);
    strokes.value = next;
    paintStrokes(context(), next);
    tell(false);
  };
  const keep = (next: readonly Stroke[]) => {
    boardsBefore.value = [...boardsBefore.value, strokes.value];
    show(next);
  };
  const place = (event: PointerEvent): Pixel => {
    const box = board().getBoundingClientRect();
    return pointOn({ x: ((event.clientX - box.left) / box.width) * BOARD, y: ((event.clientY - box.top) / box.height) * BOARD });
  };
  const go = (to: Pixel) => {
    const from = line.current?.at(-1);
    if (from === undefined || Math.max(Math.abs(from.x - to.x), Math.abs(from.y - to.y)) < APART) return;
    line.current?.push(to);
    paintLine(context(), tool, from, to);
  };
  const end = () => {
    const points = line.current;
    line.current = null;
    if (points !== null) keep([...strokes.value, { tool, points }]);
  };
  const centreOf = ({ x, y }: Pixel): Pixel => ({ x: (x + 0.5) * CELL, y: (y + 0.5) * CELL });
  const set = (cell: Pixel, using: Tool) => {
    const from = spot.current;
    const near = from !== null && Math.max(Math.abs(from.x - cell.x), Math.abs(from.y - cell.y)) <= JOINED;
    const points = near && using === 'pen' ? [centreOf(from), centreOf(cell)] : [centreOf(cell)];
    spot.current = using === 'pen' ? cell : null;
    keep([...strokes.value, { tool: using, points }]);
  };
  const undo = () => {
    const before = boardsBefore.value.at(-1);
    if (before === undefined) return;
    boardsBefore.value = boardsBefore.value.slice(0, -1);
    spot.current = null;
    show(before);
  };
  const clear = () => {
    spot.current = null;
    keep([]);
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
          const first = place(event);
          line.current = [first];
          paintLine(context(), tool, first, first);
          tellSoon();
        }}
        onPointerMove={(event) => {
          if (line.current === null) return;
          // A fast pen reports several places at once.
          const moves = event.getCoalescedEvents?.() ?? [];
          for (const move of moves.length > 0 ? moves : [event]) go(place(move));
          tellSoon();
        }}
        onPointerUp={end}
        onPointerCancel={end}
      >
        <canvas ref={canvas} width={BOARD} height={BOARD} role="img" aria-label={text.board} />
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
          control="board"
          label={text.board}
          value={tool}
          options={[
            { value: 'pen', label: text.pen },
            { value: 'eraser', label: text.eraser },
          ]}
          onChange={setTool}
        />
        <button type="button" class="button" disabled={boardsBefore.value.length === 0} onClick={undo}>
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
