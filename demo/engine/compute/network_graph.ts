import { diagnoseLayers, layersWithPlane, scaleOf, withOutput } from '../../../src/app.js';
import { attribute, pixelLayout, type Session, sumChannels } from '../../../src/index.js';
import { present } from '../../lib/present.js';
import type { CamAnswer, CamRequest } from '../contract/maps.js';
import type { LayerFacts, NetworkGraph } from '../contract/models.js';
import { secondsOnCpu } from './limits.js';

/** Of more nodes no graph is drawn: nobody could read it. A chain of so many with residual connections is laid out in 1.2 s, one of 200 in 0.25 s. */
const MOST_NODES = 1000;
/** A backward pass costs as much as two forward passes. */
const PASSES = 3;

/** The nodes of a network, and where they are drawn. The input comes first. */
export async function networkGraph(session: Session): Promise<NetworkGraph> {
  const { graph } = session;
  const { input } = graph;
  const seconds = secondsOnCpu(session, PASSES);
  const planes = new Set(layersWithPlane(graph).map(({ value }) => value));
  const nodes = [
    { op: '', name: input.name, output: input.name, shape: input.shape, hasPlane: false },
    ...graph.nodes.map(({ op, name, output }) => ({
      op,
      name,
      output,
      shape: present(graph.shapes.get(output), `the shape of ${output}`),
      hasPlane: planes.has(output),
    })),
  ];
  if (nodes.length > MOST_NODES) return { nodes, layout: null, seconds };
  const at = new Map(nodes.map(({ output }, index) => [output, index]));
  const edges = graph.nodes.flatMap(({ inputs }, index) =>
    inputs.flatMap((name) => {
      const from = at.get(name);
      return from === undefined ? [] : [[from, index + 1] as const];
    }),
  );
  // The library that lays out graphs is loaded when a graph is first asked for.
  const { layOut } = await import('./graph_layout.js');
  return { nodes, layout: layOut(nodes.length, edges), seconds };
}

/** Where units are dead and gradients zero, for the logit of the target. */
export function layerFacts({ graph }: Session, image: Float32Array, target: number): LayerFacts {
  return Object.fromEntries(
    diagnoseLayers(withOutput(graph, 'logit'), image, target).map(({ output, dead, zeroGradients }) => [output, { dead, zeroGradients }]),
  );
}

/** The class activation map of a layer. */
export async function layerCam(session: Session, { image, target, output }: CamRequest, signal: AbortSignal): Promise<CamAnswer> {
  const [result] = await attribute(session, image, { method: 'grad-cam', target, layer: output, signal });
  const pixels = sumChannels(result.values, pixelLayout(session.preprocessing));
  return { pixels, scale: scaleOf(pixels).scale };
}
