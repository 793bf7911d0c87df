/** The English texts about the visitor's own network. Their type is what every language must fill. */
export const en = {
  input: 'Input',
  output: 'Output with the class scores',
  size: 'Size of the input, which the file leaves open: pixels, or height x width',
  layers: 'Layers',
  layer: 'Layer',
  shape: 'Output',
  operator: 'Operator',
  supported: 'Supported',
  parameters: 'Parameters',
  multiplyAdds: 'Multiply-adds',
  preprocessing: 'Preprocessing',
  found: 'from what lies beside it',
  assumed: 'assumed',
  chosen: 'chosen',
  presets: {
    title: 'How pixels become numbers',
    intro:
      'Nothing in or beside the network says how. Choose the way whose answers make sense to you: how sure it is tells nothing. If you say at “It is” what the picture shows, each way says in which place it has that class.',
    needsPicture: 'Nothing in or beside the network says how. Drop a picture whose class you know, and every way is tried on it.',
    trying: 'Trying every way on your picture',
    again: 'Try every way on this picture',
    place: (name: string, place: number, probability: string) => `${name}: place ${place} (${probability})`,
    best: 'the only one that reads it right',
    names: {
      imagenet: 'As torchvision’s ImageNet models:',
      tf: 'From −1 to 1:',
      caffe: 'As Caffe’s models, blue first:',
      'zero-one': 'From 0 to 1:',
    },
  },
  labels: 'Names of the classes',
  numbers: 'none: their numbers',
  ownLabels: 'the network’s own',
  labelsAssumed: (classes: string) =>
    `Nothing names the classes. It has ${classes} of them, as ImageNet has, so ImageNet’s names are assumed. Choose numbers if they make no sense.`,
  labelLists: {
    imagenet: 'ImageNet',
    'imagenet-1001': 'ImageNet, after a background',
    mnist: 'MNIST: 0 to 9',
    'fashion-mnist': 'Fashion-MNIST',
    'cifar-10': 'CIFAR-10',
    'cifar-100': 'CIFAR-100',
  },
};

export type OwnTexts = typeof en;
