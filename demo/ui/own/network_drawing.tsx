import { useEffect, useRef } from 'preact/hooks';
import type { LayerFacts, NetworkGraph, NetworkNode } from '../../engine/contract/models.js';
import { format } from '../i18n/index.js';
import { useSlices } from '../lib/slices.js';
import { texts } from './texts.js';

/** The size of every box, as the layout has it (engine/compute/graph_layout.ts). */
const BOX = { width: 176, height: 58 };
const PADDING = 10;
/** How many nodes are rendered in one task: 202 of them, with their list, took 42 ms. */
export const SLICE = 40;
/** Characters of a name that fit into a box. The end of a name tells more than its beginning. */
const FITTING = 24;

interface NetworkDrawingProps {
  readonly graph: NetworkGraph;
  readonly layout: NonNullable<NetworkGraph['layout']>;
  readonly layers: LayerFacts | null;
  readonly chosen: string | null;
  readonly zoom: number;
  readonly onChoose: (node: NetworkNode) => void;
  /** 1: larger, -1: smaller. */
  readonly onZoom: (step: 1 | -1) => void;
}

/**
 * The graph of a network. It is moved by scrolling, by a finger, or dragged by the mouse. The list beside it says the same to keys and screen readers, so
 * that this picture is hidden from them.
 */
export function NetworkDrawing({ graph, layout, layers, chosen, zoom, onChoose, onZoom }: NetworkDrawingProps) {
  const place = useRef<HTMLElement>(null);
  const made = useSlices(graph.nodes, SLICE);
  const { width, height, boxes, lines } = layout;
  const box = boxes[graph.nodes.findIndex(({ output }) => output === chosen)];
  // A layer that was chosen in the list is shown in the drawing, too.
  useEffect(() => {
    const shown = place.current;
    if (shown === null || box === undefined) return;
    shown.scrollTo(box.x * zoom - shown.clientWidth / 2, box.y * zoom - shown.clientHeight / 2);
  }, [box, zoom]);
  return (
    <section
      ref={place}
      class="graph-place"
      data-control="graph"
      data-test="graph"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus, else a keyboard cannot scroll it (WCAG 2.1.1).
      tabIndex={0}
      aria-label={texts.value.graph.drawing(graph.nodes.length)}
      onKeyDown={({ key }) => {
        if (key === '+' || key === '-') onZoom(key === '+' ? 1 : -1);
      }}
      // A pinch on a touchpad arrives as a wheel with Ctrl.
      onWheel={(event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        onZoom(event.deltaY < 0 ? 1 : -1);
      }}
      onPointerDown={(event) => place.current !== null && drag(event, place.current)}
    >
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${width} ${height}`}
        style={{ width: `${Math.round(width * zoom)}px`, height: `${Math.round(height * zoom)}px` }}
      >
        {/* There are more lines than nodes where values are read twice. */}
        {(made < graph.nodes.length ? lines.slice(0, made) : lines).map((points, index) => (
          <polyline key={index} class="graph-edge" points={points.map((point) => point.join(',')).join(' ')} />
        ))}
        {graph.nodes.slice(0, made).map((node, index) => {
          const box = boxes[index];
          return (
            box !== undefined && (
              <Node key={node.output} {...box} node={node} layers={layers} chosen={chosen === node.output} onChoose={onChoose} />
            )
          );
        })}
      </svg>
    </section>
  );
}

interface NodeProps extends Pick<NetworkDrawingProps, 'layers' | 'onChoose'> {
  readonly node: NetworkNode;
  readonly x: number;
  readonly y: number;
  readonly chosen: boolean;
}

function Node({ node, x, y, layers, chosen, onChoose }: NodeProps) {
  const text = texts.value.graph;
  const { wholePercent } = format.value;
  const { dead = null, zeroGradients = 0 } = layers?.[node.output] ?? {};
  const none = layers !== null && zeroGradients === 1;
  const classes = ['graph-node', node.hasPlane && 'with-cam', chosen && 'chosen', none && 'no-gradient'];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys use the list, which has a button for each layer.
    <g
      class={classes.filter(Boolean).join(' ')}
      transform={`translate(${x - BOX.width / 2} ${y - BOX.height / 2})`}
      data-output={node.output}
      onClick={() => onChoose(node)}
    >
      <title>{[node.name, markOf(layers, node)].filter(Boolean).join(': ')}</title>
      <rect class="graph-box" width={BOX.width} height={BOX.height} rx="8" />
      {dead !== null && <rect class="graph-dead" y={BOX.height - 5} width={BOX.width * dead} height="5" />}
      <text class="graph-op" x={PADDING} y="20">
        {node.op === '' ? text.input : node.op}
      </text>
      <text class="graph-mark" x={BOX.width - PADDING} y="20" text-anchor="end">
        {none
          ? text.noGradient
          : dead !== null
            ? text.dead(wholePercent(dead))
            : zeroGradients > 0
              ? text.zero(wholePercent(zeroGradients))
              : ''}
      </text>
      <text class="graph-name" x={PADDING} y="35">
        {node.name.length > FITTING ? `…${node.name.slice(1 - FITTING)}` : node.name}
      </text>
      <text class="graph-shape" x={PADDING} y="49">
        {node.shape.join(' × ')}
      </text>
    </g>
  );
}

/** What was found about a layer, in words; '' before it was looked for. */
export function markOf(layers: LayerFacts | null, { output }: NetworkNode): string {
  const found = layers?.[output];
  if (found === undefined) return '';
  const text = texts.value.graph;
  const { wholePercent, list } = format.value;
  const marks = [
    ...(found.dead === null ? [] : [text.deadUnits(wholePercent(found.dead))]),
    ...(found.zeroGradients === 0 ? [] : [text.zeroGradients(wholePercent(found.zeroGradients))]),
  ];
  return marks.length === 0 ? text.nothingVanishes : list(marks);
}

/** The mouse moves the drawing. Fingers scroll it. */
function drag({ pointerType, clientX, clientY, pointerId }: PointerEvent, place: HTMLElement): void {
  if (pointerType !== 'mouse') return;
  const [left, top] = [place.scrollLeft, place.scrollTop];
  const move = (event: PointerEvent) => {
    if (event.pointerId === pointerId) place.scrollTo(left + clientX - event.clientX, top + clientY - event.clientY);
  };
  const end = () => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', end);
    removeEventListener('pointercancel', end);
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', end);
  addEventListener('pointercancel', end);
}
