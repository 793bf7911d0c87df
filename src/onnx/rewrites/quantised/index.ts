import { qAttention } from './attention.js';
import { convInteger, dynamicQuantizeMatMul, matMulInteger, matMulIntegerToFloat } from './integer.js';
import {
  dequantizeLinearOfImage,
  dynamicQuantizeLinear,
  microsoftDequantizeLinear,
  microsoftQuantizeLinear,
  quantizeLinearOfImage,
} from './linear.js';
import { matMulNBits } from './n_bits.js';
import {
  microsoftQLinearConv,
  qGemm,
  qLinearAdd,
  qLinearAveragePool,
  qLinearConcat,
  qLinearGlobalAveragePool,
  qLinearLeakyRelu,
  qLinearMatMul,
  qLinearMul,
  qLinearSigmoid,
  qLinearSoftmax,
  qLinearWhere,
  standardQLinearConv,
} from './operators.js';

/** Operators of quantised arithmetic: those of ONNX. */
export const quantisedOperators = {
  ConvInteger: convInteger,
  DequantizeLinear: dequantizeLinearOfImage,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  MatMulInteger: matMulInteger,
  QLinearConv: standardQLinearConv,
  QLinearMatMul: qLinearMatMul,
  QuantizeLinear: quantizeLinearOfImage,
};

/** Those of com.microsoft. */
export const microsoftQuantisedOperators = {
  DequantizeLinear: microsoftDequantizeLinear,
  DynamicQuantizeMatMul: dynamicQuantizeMatMul,
  MatMulIntegerToFloat: matMulIntegerToFloat,
  MatMulNBits: matMulNBits,
  QAttention: qAttention,
  QGemm: qGemm,
  QLinearAdd: qLinearAdd,
  QLinearAveragePool: qLinearAveragePool,
  QLinearConcat: qLinearConcat,
  QLinearConv: microsoftQLinearConv,
  QLinearGlobalAveragePool: qLinearGlobalAveragePool,
  QLinearLeakyRelu: qLinearLeakyRelu,
  QLinearMul: qLinearMul,
  QLinearSigmoid: qLinearSigmoid,
  QLinearSoftmax: qLinearSoftmax,
  QLinearWhere: qLinearWhere,
  QuantizeLinear: microsoftQuantizeLinear,
};
