import type { OwnTexts } from './en.js';

/** The Spanish texts about the visitor's own network. */
export const es: OwnTexts = {
  input: 'Entrada',
  output: 'Salida con las puntuaciones',
  size: 'Tamaño de la entrada, que el archivo deja abierto: píxeles, o alto x ancho',
  layers: 'Capas',
  layer: 'Capa',
  shape: 'Salida',
  operator: 'Operador',
  supported: 'Admitido',
  parameters: 'Parámetros',
  multiplyAdds: 'Multiplicaciones y sumas',
  preprocessing: 'Preprocesamiento',
  found: 'de lo que la acompaña',
  assumed: 'supuesto',
  chosen: 'elegido',
  presets: {
    title: 'Cómo se vuelven números los píxeles',
    intro:
      'Nada en la red ni junto a ella dice cómo. Elija la forma cuyas respuestas tengan sentido: lo segura que esté no dice nada. Si dice en «Es» qué muestra la imagen, cada forma dice en qué puesto tiene esa clase.',
    needsPicture: 'Nada en la red ni junto a ella dice cómo. Suelte una imagen cuya clase conozca, y se prueban todas las formas.',
    trying: 'Probando todas las formas con su imagen',
    again: 'Probar todas las formas con esta imagen',
    place: (name, place, probability) => `${name}: puesto ${place} (${probability})`,
    best: 'la única que la lee bien',
    names: {
      imagenet: 'Como los modelos de ImageNet de torchvision:',
      tf: 'De −1 a 1:',
      caffe: 'Como los modelos de Caffe, el azul primero:',
      'zero-one': 'De 0 a 1:',
    },
  },
  labels: 'Nombres de las clases',
  numbers: 'ninguno: sus números',
  ownLabels: 'los de la red',
  labelsAssumed: (classes) =>
    `Nada nombra las clases. Tiene ${classes}, como ImageNet, así que se suponen los nombres de ImageNet, en inglés. Elija los números si no tienen sentido.`,
  labelLists: {
    imagenet: 'ImageNet',
    'imagenet-1001': 'ImageNet, tras un fondo',
    mnist: 'MNIST: de 0 a 9',
    'fashion-mnist': 'Fashion-MNIST',
    'cifar-10': 'CIFAR-10',
    'cifar-100': 'CIFAR-100',
  },
};
