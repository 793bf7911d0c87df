import type { Composer } from './composer.js';

/** Layer norm over the last axis as its parts, as exports below opset 17 write it. */
export function decomposedLayerNorm(net: Composer, x: string, channels: number): string {
  const mean = (of: string) => net.node('ReduceMean', [of], { axes: [-1], keepdims: 1 });
  const centred = net.node('Sub', [x, mean(x)]);
  const variance = mean(net.node('Pow', [centred, net.number(2)]));
  const deviation = net.node('Sqrt', [net.node('Add', [variance, net.number(1e-6)])]);
  const scaled = net.node('Mul', [net.node('Div', [centred, deviation]), net.weights([channels], 0.8, 1.2)]);
  return net.node('Add', [scaled, net.weights([channels], -0.2, 0.2)]);
}

/** x / 2 (1 + erf(x / sqrt 2)) as its parts, as exports below opset 20 write it. */
export function decomposedGelu(net: Composer, x: string): string {
  const erf = net.node('Erf', [net.node('Div', [x, net.number(Math.SQRT2)])]);
  const product = net.node('Mul', [x, net.node('Add', [erf, net.number(1)])]);
  return net.node('Mul', [product, net.number(0.5)]);
}
