import type { Said } from '../../../../src/app.js';
import { es } from '../es.js';
import type { Piece } from '../piece.js';
import { callers } from './arguments.js';
import { attribution } from './attribution.js';
import { devices } from './devices.js';
import { edit } from './edit.js';
import { evaluation } from './evaluation.js';
import { external } from './external.js';
import { otherFiles } from './foreign.js';
import { nodes } from './nodes.js';
import { onnx } from './onnx.js';
import { pictures } from './pictures.js';
import { foreign, piecesOf, sentence, shape, type Table, type Text } from './table.js';

const STRATEGIES: Readonly<Record<string, string>> = es.fix.strategies;

/** What the engine says, in Spanish: a code that is missing, or a value that is not the code's, does not compile. */
const spanish: Table = {
  ...onnx,
  ...external,
  ...otherFiles,
  ...nodes,
  ...devices,
  ...pictures,
  ...attribution,
  ...callers,
  ...edit,
  ...evaluation,
  'page.worker-stopped': (v) => sentence`el motor se paró: ${foreign(v.detail)}`,
  'page.not-loaded': (v) =>
    sentence`${v.model === null ? 'los dígitos de prueba' : `lo incluido, ${v.model},`} no se pudo cargar: ${foreign(v.detail)}`,
  // What is said within a sentence.
  'images.one': (v) => sentence`imagen ${v.index} de ${v.images}: ${sayInSpanish(v.problem)}`,
  'onnx.input-open': (v) =>
    sentence`el archivo deja abierto el tamaño de la entrada «${v.input}», y no se encontró ninguno que encaje; con ${shape(v.shape)}: ${sayInSpanish(v.problem)} (indique el tamaño)`,
  'percentages.no-order': (v) => sentence`el mapa ${v.map} no puede ordenar los píxeles: ${sayInSpanish(v.reason)}`,
  'edit.unverified': (v) => sentence`se llega a la clase, pero ${sayInSpanish(v.reason)}`,
  'attempt.routes': (v) =>
    joined(
      v.routes.map(({ map, reason }) => sentence`con ${map === 'target' ? 'la clase deseada' : 'el contraste'}: ${sayInSpanish(reason)}`),
      '; ',
    ),
  'attempt.strategies': (v) =>
    joined(
      v.strategies.map(({ strategy, reason }) => sentence`${STRATEGIES[strategy] ?? strategy}: ${sayInSpanish(reason)}`),
      '. ',
    ),
};

/** Says a code; what has no code, or none of the page's, stays English. */
export function sayInSpanish({ code, values, message }: Said): readonly Piece[] {
  if (!Object.hasOwn(spanish, code)) return [foreign(message)];
  // The values are those of the code: both were made together, and structured clone keeps them so.
  const speak: ((values: never) => Text) | undefined = (spanish as Readonly<Record<string, (values: never) => Text>>)[code];
  if (speak === undefined) return [foreign(message)];
  const text = speak(values as never);
  return merged(Object.hasOwn(nodes, code) ? sentence`${nodeOf(values as NodeNames)}: ${text}` : piecesOf(text));
}

interface NodeNames {
  readonly operator: string;
  readonly node: string;
  readonly opset: number;
}

function nodeOf({ operator, node, opset }: NodeNames): string {
  return `${operator} «${node}», opset ${opset}`;
}

function joined(parts: readonly (readonly Piece[])[], between: string): readonly Piece[] {
  return parts.flatMap((part, i) => (i === 0 ? part : [{ text: between, english: false }, ...part]));
}

/** Joins neighbours of one language. */
function merged(pieces: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (last?.english === piece.english) result[result.length - 1] = { text: last.text + piece.text, english: piece.english };
    else if (piece.text !== '') result.push(piece);
  }
  return result;
}
