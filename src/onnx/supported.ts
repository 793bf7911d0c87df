import { hasCode, PathlightError } from '../errors.js';
import { shapeArithmetic } from '../ops/folding/index.js';
import { isOpType, type OpType, operators } from '../ops/index.js';
import { isStandardDomain } from './check.js';
import type { NamedNode } from './order.js';
import { rewrittenNames } from './rewrites/index.js';

const CONTROL_FLOW = new Set(['If', 'Loop', 'Scan', 'SequenceMap']);
/** Operators of quantised arithmetic of which no rewrite is known, such as QMoE of com.microsoft. */
const QUANTISED = /^(Q[A-Z]\w*|\w*Integer\w*|DynamicQuantize\w*|\w*NBits)$/;

/** Operators that draw random numbers, those of TensorFlow that tf2onnx leaves as they are among them. */
const RANDOM = /Random|TruncatedNormal|^(Bernoulli|Multinomial)$/;

/** Whether the standard operator of this name can be computed from the image. */
export function isComputable(op: string): op is OpType {
  return isOpType(op) && operators[op].since !== 'internal';
}

/** Whether the standard operator of this name can be folded. */
export function isFoldable(op: string): boolean {
  return isComputable(op) || Object.hasOwn(shapeArithmetic, op) || op === 'Constant';
}

/** One line with operator, node, opset, and the list of what is supported. */
export function unsupportedOperator({ proto, name }: NamedNode, opset: number, dependsOnImage: boolean): PathlightError {
  const { opType, domain } = proto;
  const qualified = isStandardDomain(domain) ? opType : `${domain}.${opType}`;
  if (domain === 'com.microsoft.nchwc') return new PathlightError('onnx.processor-layout', { operator: qualified, node: name });
  if (isStandardDomain(domain)) {
    if (CONTROL_FLOW.has(opType)) return new PathlightError('onnx.control-flow', { operator: opType, node: name, opset });
  }
  if (QUANTISED.test(opType)) return new PathlightError('onnx.quantised', { operator: qualified, node: name, opset });
  if (RANDOM.test(opType)) return new PathlightError('onnx.random', { operator: qualified, node: name, opset });
  if (domain === 'ai.onnx.ml') {
    const kind = opType.startsWith('TreeEnsemble') ? 'trees' : opType.startsWith('SVM') ? 'support vectors' : 'other';
    return new PathlightError('onnx.machine-learning', { operator: qualified, node: name, kind });
  }
  const computable = Object.keys(operators).filter(isComputable);
  return new PathlightError('onnx.unsupported', {
    operator: qualified,
    node: name,
    opset,
    onImage: isStandardDomain(domain) && dependsOnImage && isFoldable(opType),
    supported: ['Constant', ...computable, ...rewrittenNames()].sort(),
    onConstants: Object.keys(shapeArithmetic)
      .filter((op) => !isComputable(op))
      .sort(),
  });
}

/** Refusals of a file that another shape of its input might go without. All other ones are about the file itself, or about a node. */
const OF_SHAPES = /^onnx\.(elements|output-|arg-max|mask)/;

/** Whether another shape of the input might go without this error. */
export function dependsOnShapes(error: PathlightError): boolean {
  return error.code.startsWith('onnx.') ? OF_SHAPES.test(error.code) : !hasCode(error, 'fold.operations', 'fold.bytes');
}
