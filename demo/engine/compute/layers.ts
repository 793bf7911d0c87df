import { findLayer, layersWithPlane } from '../../../src/app.js';
import { PathlightError, type Session } from '../../../src/index.js';
import type { LayerChoice } from '../contract/models.js';

/** The layers that methods can look at. */
export function layersOf({ graph }: Pick<Session, 'graph'>): LayerChoice {
  const layers = layersWithPlane(graph).map(({ name, plane: { channels, rows, columns } }) => ({ name, channels, rows, columns }));
  try {
    return { layers, usual: findLayer(graph).name };
  } catch (error) {
    if (error instanceof PathlightError) return { layers, usual: null };
    throw error;
  }
}
