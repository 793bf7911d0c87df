import { useCallback, useEffect, useState } from 'preact/hooks';
import type { NetworkNode } from '../../engine/contract/models.js';
import { Notice } from '../controls/notice.js';
import { PixelView } from '../controls/pixel_view.js';
import { Scroller } from '../controls/scroller.js';
import { Waiting } from '../controls/waiting.js';
import { format } from '../i18n/index.js';
import { EMPTY, paintOverlay } from '../lib/pixels.js';
import { useSlices } from '../lib/slices.js';
import { className, model, reading } from '../state/signals.js';
import { markOf, NetworkDrawing, SLICE } from './network_drawing.js';
import { askCam, askFacts, askGraph, cam, chosen, facts, graph, problem, stop, working } from './network_state.js';
import { texts } from './texts.js';

const ZOOMS = [0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2];
const FULL = ZOOMS.indexOf(1);

/** The network as a graph and as a list: shapes, dead units, zero gradients, and the class activation map of a layer. */
export function NetworkView() {
  const text = texts.value.graph;
  const [zoom, setZoom] = useState(FULL);
  const [shown, setShown] = useState(false);
  const open = model.value;
  useEffect(() => {
    if (shown) void askGraph();
  }, [shown, open?.layers]);
  const drawn = graph.value;
  if (open === null) return null;
  const layers = facts.value?.layers ?? null;
  const ready = reading.value !== null;
  return (
    <details class="disclosure" data-control="graph" data-test="network" onToggle={({ currentTarget }) => setShown(currentTarget.open)}>
      <summary>
        {text.title} <span class="faint">{open.layers.length}</span>
      </summary>
      <Notice problem={problem} />
      {drawn !== null && (
        <>
          <div class="graph-tools">
            <button type="button" class="button small" disabled={zoom === 0} aria-label={text.smaller} onClick={() => setZoom(zoom - 1)}>
              −
            </button>
            <button
              type="button"
              class="button small"
              disabled={zoom === ZOOMS.length - 1}
              aria-label={text.larger}
              onClick={() => setZoom(zoom + 1)}
            >
              +
            </button>
            <button type="button" class="button small" disabled={!ready} onClick={() => void askFacts()} data-test="find-dead">
              {text.find(format.value.milliseconds(Math.max(1, Math.round(drawn.seconds)) * 1000))}
            </button>
          </div>
          <p class="hint">{drawn.layout === null ? text.tooMany : text.help}</p>
        </>
      )}
      {working.value !== null && <Waiting what={text.working[working.value]} progress={null} onCancel={stop} />}
      {drawn !== null && (
        <div class="graph-and-cam">
          {drawn.layout !== null && (
            <NetworkDrawing
              graph={drawn}
              layout={drawn.layout}
              layers={layers}
              chosen={chosen.value}
              zoom={ZOOMS[zoom] ?? 1}
              onChoose={(node) => void askCam(node)}
              onZoom={(step) => setZoom(Math.min(ZOOMS.length - 1, Math.max(0, zoom + step)))}
            />
          )}
          <Chosen nodes={drawn.nodes} />
          <List nodes={drawn.nodes} ready={ready} />
        </div>
      )}
    </details>
  );
}

/** The layer that was chosen: what was found about it, and its map. */
function Chosen({ nodes }: { readonly nodes: readonly NetworkNode[] }) {
  const text = texts.value.graph;
  const node = nodes.find(({ output }) => output === chosen.value);
  const map = cam.value?.node.output === node?.output ? cam.value : null;
  const picture = map?.subject.picture ?? EMPTY;
  const draw = useCallback((canvas: HTMLCanvasElement) => map && paintOverlay(canvas, picture, map.pixels, map.scale, 1), [map, picture]);
  if (node === undefined) return null;
  const mark = markOf(facts.value?.layers ?? null, node);
  const says = map === null ? '' : text.cam(node.name, className(map.target));
  return (
    <figure class="cam" data-test="cam" data-output={map?.node.output}>
      {map !== null && <PixelView width={picture.width} height={picture.height} draw={draw} label={says} />}
      <figcaption aria-live="polite">
        <strong>{node.op || text.input}</strong> <span class="faint">{node.name}</span> {node.shape.join(' × ')}
        {mark !== '' && <p>{mark}</p>}
        <p class="hint">{!node.hasPlane ? text.noPlane : map !== null ? says : ''}</p>
      </figcaption>
    </figure>
  );
}

/** The same as the drawing, for keys and screen readers. */
function List({ nodes, ready }: { readonly nodes: readonly NetworkNode[]; readonly ready: boolean }) {
  const text = texts.value;
  const layers = facts.value?.layers ?? null;
  const made = useSlices(nodes, SLICE);
  return (
    <Scroller tall label={text.layers}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{text.operator}</th>
            <th scope="col">{text.graph.map}</th>
            <th scope="col">{text.layer}</th>
            <th scope="col" class="number">
              {text.shape}
            </th>
            <th scope="col">{text.graph.vanishes}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.slice(0, made).map((node) => (
            <tr key={node.output} aria-current={chosen.value === node.output ? 'true' : undefined}>
              <td>{node.op || text.graph.input}</td>
              <td>
                {node.hasPlane ? (
                  <button
                    type="button"
                    class="button small"
                    disabled={!ready}
                    aria-label={text.graph.mapOf(node.name)}
                    onClick={() => void askCam(node)}
                  >
                    {text.graph.map}
                  </button>
                ) : (
                  '–'
                )}
              </td>
              <td class="faint clip">{node.name}</td>
              <td class="number">{node.shape.join(' × ')}</td>
              <td class="faint vanishes">{markOf(layers, node) || '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
