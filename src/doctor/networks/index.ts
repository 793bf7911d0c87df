import type { Graph } from '../../graph/graph.js';
import { convolutionBlocks } from './blocks.js';
import { epilogues, gatedNetwork, networkOfEpilogue } from './epilogues.js';
import { graphOfNetwork } from './network.js';

/** Networks with what only stands between several nodes: a convolution and what follows it in its kernel, and blocks of well-known networks. */
export function convolutionNetworks(): Graph[] {
  return [
    ...Object.entries(epilogues).map(([name, epilogue]) => graphOfNetwork(name, networkOfEpilogue(epilogue))),
    ...Object.entries(convolutionBlocks).map(([name, block]) => graphOfNetwork(name, block)),
    graphOfNetwork('a value behind gates that two convolutions read', gatedNetwork),
  ];
}
