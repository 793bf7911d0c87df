import { PathlightError } from '../../errors.js';
import type { FunctionProto, NodeProto } from '../onnx_pb.js';
import { renameAttribute, renameNode } from './scope.js';

/**
 * The most nodes that a file may have after its functions were put in place, and the most that rewrites may write: seconds of work. Each of a
 * chain of functions that call the next twice doubles them.
 */
export const MOST_NODES = 2 ** 16;

/**
 * The nodes of a file with a function's nodes in the place of each node that calls it. Names of a function get a number for each call.
 * Attributes of the function that its nodes refer to have the values of the call, or the function's own. Functions that `isKnown` knows by
 * domain and operator stay calls. Throws a PathlightError where a function calls itself, or the nodes become too many.
 */
export function inlineFunctions(
  nodes: readonly NodeProto[],
  functions: readonly FunctionProto[],
  isKnown: (domain: string, op: string) => boolean,
): NodeProto[] {
  if (functions.length === 0) return [...nodes];
  const byName = new Map(functions.map((each) => [keyOf(each.domain, each.name, each.overload), each]));
  const inlined: NodeProto[] = [];
  let calls = 0;

  function append(node: NodeProto, open: readonly FunctionProto[]): void {
    const called = isKnown(node.domain, node.opType) ? undefined : byName.get(keyOf(node.domain, node.opType, node.overload));
    if (called === undefined) {
      inlined.push(withInlinedGraphs(node, open));
      if (inlined.length > MOST_NODES) throw new PathlightError('onnx.nodes', { most: MOST_NODES });
      return;
    }
    if (open.includes(called)) throw new PathlightError('onnx.function-recursive', { function: called.name, node: node.name });
    const prefix = `${node.name || node.opType}:${++calls}/`;
    const given = new Map([
      ...called.input.map((name, position): [string, string] => [name, node.input[position] ?? '']),
      ...called.output.map((name, position): [string, string] => [name, node.output[position] || `${prefix}${name}`]),
    ]);
    const attributes = new Map([...called.attributeProto, ...node.attribute].map((attribute) => [attribute.name, attribute]));
    const renaming = {
      name: (name: string) => given.get(name) ?? `${prefix}${name}`,
      attribute: (own: NodeProto['attribute'][number]) => {
        if (own.refAttrName === '') return own;
        const value = attributes.get(own.refAttrName);
        return value && renameAttribute(value, own.name);
      },
    };
    for (const inner of called.node) append(named(renameNode(inner, renaming), prefix), [...open, called]);
  }

  function withInlinedGraphs(node: NodeProto, open: readonly FunctionProto[]): NodeProto {
    for (const { g } of node.attribute) {
      if (g === undefined) continue;
      const start = inlined.length;
      for (const inner of g.node) append(inner, open);
      g.node = inlined.splice(start);
    }
    return node;
  }

  for (const node of nodes) append(node, []);
  return inlined;
}

function named(node: NodeProto, prefix: string): NodeProto {
  if (node.name !== '') node.name = `${prefix}${node.name}`;
  return node;
}

function keyOf(domain: string, name: string, overload: string): string {
  return JSON.stringify([domain === 'ai.onnx' ? '' : domain, name, overload]);
}
