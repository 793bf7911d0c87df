import type { Glossaries } from './en.js';

export const es: Glossaries = {
  why: [
    [
      'Logit',
      'La puntuación que la red da a una clase, un número cualquiera. Lee la clase con la más alta. De todas salen las probabilidades.',
    ],
    ['Gradiente', 'Cuánto cambia la salida cuando un píxel se vuelve un poco más claro.'],
    ['Línea base', 'Una imagen que no muestra nada, como una negra. Un mapa dice lo que la imagen tiene y la línea base no.'],
    [
      'Pasos',
      'En cuántas imágenes entre la línea base y la imagen se toma el gradiente. Más tardan más, y se acercan más a la integral exacta.',
    ],
    ['Fijos, Auto, Exacto', 'Ese número de pasos; los que hagan falta hasta que el mapa no cambie; o sin pasos, la integral exacta.'],
    ['Regla', 'Dónde están los pasos entre la línea base y la imagen, y cuánto cuenta cada uno.'],
    ['Contraste', 'El mapa de una clase menos el de otra: lo que habla a favor de la una y no de la otra.'],
    [
      'Color más fuerte en',
      'Por debajo del 100 %, unos pocos píxeles fuertes comparten el color extremo, para que se vean los más débiles.',
    ],
    ['Suma', 'Todos los píxeles del mapa, sumados.'],
    ['f(x) − f(b)', 'La salida con la imagen menos la salida con la línea base. Este número es el que el mapa reparte entre los píxeles.'],
    ['Delta', 'La suma menos f(x) − f(b). Cerca de 0, nada se perdió ni se inventó.'],
    ['Error frente a la exacta', 'Cuánto se aparta el mapa de la integral exacta en su peor píxel, como parte del más fuerte.'],
  ],
  fix: [
    ['Inversión', 'El cambio de un píxel a su opuesto, a blanco o al fondo.'],
    ['automática (auto)', 'Todas las estrategias por turno. Se guarda el cambio más pequeño.'],
    [
      'contraste, clase deseada, saliencia (contrast, target, saliency)',
      'Cambian primero los píxeles más fuertes de un mapa: de la clase deseada y no de la leída, de la deseada, o solo del gradiente.',
    ],
    ['inversión (flip)', 'Cambian primero los píxeles cuyo opuesto más favorece el mapa.'],
    ['voraz (greedy)', 'Se prueba cada inversión, se guarda la mejor, y así sucesivamente. No necesita mapa.'],
    ['al azar (random)', 'Los píxeles cambian en órdenes al azar. Lo que halla un mapa debería ser menor que lo que halla el azar.'],
    ['Candidato', 'Una imagen cambiada por la que se preguntó a la red.'],
    ['Podado', 'Deshecho, porque la clase se mantiene sin ese cambio.'],
    ['Probado', 'Se preguntó por todas las imágenes con menos inversiones, y ninguna se lee como la clase deseada.'],
  ],
  bench: [
    ['Adaptador', 'Lo que calcula para las páginas: la tarjeta gráfica con su controlador, o un programa en el procesador en su lugar.'],
    ['Kernel', 'Un programa pequeño que corre en el adaptador, una clase de trabajo de las capas de una red.'],
    ['Despacho', 'Una puesta en marcha de un kernel.'],
    ['Plan', 'Por capas: una puesta en marcha por capa. Fundido: toda la red en una.'],
    ['Leído de vuelta', 'Lo que vuelve del adaptador a la página.'],
    ['Delta relativa', 'Cuánto se aparta la suma del mapa de lo que debería ser, como parte de ello.'],
    ['Pasos de alfa por segundo', 'En cuántas imágenes entre la línea base y la imagen se toma un gradiente en un segundo.'],
    ['float64', 'Números de 16 cifras. Las tarjetas gráficas calculan con 7, y el doctor compara con estos.'],
    ['GFLOP/s', 'Mil millones de multiplicaciones o sumas por segundo.'],
  ],
};
