import { convnext } from './convnext.js';
import { densenet } from './densenet.js';
import { efficientnet } from './efficientnet.js';
import { mobilenetV2 } from './mobilenet_v2.js';
import { resnet } from './resnet.js';
import { visionTransformer } from './vision_transformer.js';

/** The parameters of every network beside its own structure. */
export interface Scale {
  /** Rows and columns of the image. */
  readonly size: number;
  readonly classes: number;
}

/** An ONNX file, and how many numbers in it training would fit. */
export interface Composed {
  readonly bytes: Uint8Array;
  readonly parameters: number;
}

/** A network with seeded weights, because no trained ones are available here. */
export interface GeneratedNetwork {
  readonly name: string;
  /** Number of parameters at full size, as the paper and torchvision or timm count them. */
  readonly parameters: number;
  /** The network at 224 x 224 with 1,000 classes. */
  readonly full: () => Composed;
  /** The same structure, with every kind of block, so small that the CPU executor takes seconds. */
  readonly tiny: () => Composed;
}

const FULL: Scale = { size: 224, classes: 1000 };
const TINY: Scale = { size: 32, classes: 10 };

export const generatedNetworks: readonly GeneratedNetwork[] = [
  {
    name: 'ResNet-18',
    parameters: 11_689_512,
    full: () => resnet({ ...FULL, width: 64, blocks: [2, 2, 2, 2], bottleneck: false }),
    tiny: () => resnet({ ...TINY, width: 8, blocks: [2, 1], bottleneck: false }),
  },
  {
    name: 'ResNet-50',
    parameters: 25_557_032,
    full: () => resnet({ ...FULL, width: 64, blocks: [3, 4, 6, 3], bottleneck: true }),
    tiny: () => resnet({ ...TINY, width: 4, blocks: [2, 1], bottleneck: true }),
  },
  {
    name: 'MobileNetV2',
    parameters: 3_504_872,
    full: () =>
      mobilenetV2({
        ...FULL,
        stem: 32,
        rows: [
          [1, 16, 1, 1],
          [6, 24, 2, 2],
          [6, 32, 3, 2],
          [6, 64, 4, 2],
          [6, 96, 3, 1],
          [6, 160, 3, 2],
          [6, 320, 1, 1],
        ],
        head: 1280,
      }),
    tiny: () =>
      mobilenetV2({
        ...TINY,
        stem: 8,
        rows: [
          [1, 4, 1, 1],
          [3, 6, 2, 2],
        ],
        head: 24,
      }),
  },
  {
    name: 'EfficientNet-B0',
    parameters: 5_288_548,
    full: () =>
      efficientnet({
        ...FULL,
        stem: 32,
        rows: [
          [1, 3, 1, 16, 1],
          [6, 3, 2, 24, 2],
          [6, 5, 2, 40, 2],
          [6, 3, 2, 80, 3],
          [6, 5, 1, 112, 3],
          [6, 5, 2, 192, 4],
          [6, 3, 1, 320, 1],
        ],
        head: 1280,
      }),
    tiny: () =>
      efficientnet({
        ...TINY,
        stem: 8,
        rows: [
          [1, 3, 1, 8, 1],
          [3, 5, 2, 8, 2],
        ],
        head: 24,
      }),
  },
  {
    name: 'DenseNet-121',
    parameters: 7_978_856,
    full: () => densenet({ ...FULL, stem: 64, growth: 32, blocks: [6, 12, 24, 16] }),
    tiny: () => densenet({ ...TINY, stem: 8, growth: 4, blocks: [2, 2] }),
  },
  {
    name: 'ConvNeXt-Tiny',
    parameters: 28_589_128,
    full: () =>
      convnext({
        ...FULL,
        stages: [
          [96, 3],
          [192, 3],
          [384, 9],
          [768, 3],
        ],
      }),
    tiny: () =>
      convnext({
        ...TINY,
        stages: [
          [8, 1],
          [12, 1],
        ],
      }),
  },
  {
    name: 'ViT-Ti/16',
    parameters: 5_717_416,
    full: () => visionTransformer({ ...FULL, patch: 16, width: 192, depth: 12, heads: 3 }),
    tiny: () => visionTransformer({ ...TINY, patch: 8, width: 12, depth: 2, heads: 3 }),
  },
];
