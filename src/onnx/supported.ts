import { PathlightError } from '../errors.js';
import { shapeArithmetic } from '../ops/folding/index.js';
import { isOpType, type OpType, operators } from '../ops/index.js';
import { isStandardDomain } from './check.js';
import type { NamedNode } from './order.js';

/** Operators of the table that no file holds: passes over the graph make them. */
const INTERNAL: ReadonlySet<OpType> = new Set(['Affine', 'Dense', 'Replicate']);

const CONTROL_FLOW = new Set(['If', 'Loop', 'Scan', 'SequenceMap']);
const QUANTISED = /^(QuantizeLinear|DequantizeLinear|DynamicQuantizeLinear|QLinear.*|.*Integer)$/;

/** Whether the standard operator of this name can be computed from the image. */
export function isComputable(op: string): op is OpType {
  return isOpType(op) && !INTERNAL.has(op);
}

/** Whether the standard operator of this name can be folded. */
export function isFoldable(op: string): boolean {
  return isComputable(op) || Object.hasOwn(shapeArithmetic, op) || op === 'Constant';
}

/** One line with operator, node, opset, and the list of what is supported. */
export function unsupportedOperator({ proto, name }: NamedNode, opset: number, dependsOnImage: boolean): PathlightError {
  const { opType, domain } = proto;
  const qualified = isStandardDomain(domain) ? opType : `${domain}.${opType}`;
  let reason = '';
  if (isStandardDomain(domain)) {
    if (CONTROL_FLOW.has(opType)) {
      return new PathlightError(
        `unsupported operator ${opType}, control flow: node "${name}", opset ${opset}`,
        'a model without branches and loops: traced, or simplified by onnxsim',
      );
    }
    if (QUANTISED.test(opType)) {
      return new PathlightError(
        `unsupported operator ${opType}, quantised arithmetic: node "${name}", opset ${opset}`,
        'the model before quantisation, or one of which only the weights are quantised, by DequantizeLinear',
      );
    } else if (dependsOnImage && isFoldable(opType)) {
      reason = ' on a value computed from the image';
    }
  }
  const computable = Object.keys(operators).filter(isComputable);
  const foldable = Object.keys(shapeArithmetic).filter((op) => !isComputable(op));
  return new PathlightError(
    `unsupported operator ${qualified}${reason}: node "${name}", opset ${opset}`,
    `supported: ${['Constant', ...computable].sort().join(', ')}; on constants also ${foldable.sort().join(', ')}`,
  );
}
