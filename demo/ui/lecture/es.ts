import type { LectureTexts } from './en.js';

/** The Spanish texts of the lecture. */
export const es: LectureTexts = {
  label: 'Clase',
  title: '¿Por qué leyó eso?',
  subtitle: 'Cinco dígitos, cinco preguntas.',
  keys: 'Flechas, o un mando. F: pantalla completa. Esc: volver a la página.',
  previous: 'Atrás',
  next: 'Siguiente',
  close: 'Salir',
  reads: (name) => `lee ${name}`,
  digit: (truth) => `un ${truth} escrito a mano`,
  map: (truth, read) => `el mapa: el rojo habla por ${truth}, el azul por ${read}`,
  mapAlone: (truth) => `el mapa: el rojo habla por ${truth}, el azul en contra`,
  after: (changed, name) => `con ${changed === 1 ? '1 píxel cambiado' : `${changed} píxeles cambiados`} lee ${name}`,
  percentages: 'La parte de píxeles cambiados, de 0 a 100 %; en naranja donde lee la clase correcta',
  slides: [
    {
      question: (truth, read) => `Esto es un ${truth}. ¿Por qué la red lee un ${read}?`,
      answer: (truth, read, changed) =>
        `Los píxeles rojos hablan por ${truth}, los azules por ${read}. Cambie ${changed} de los más fuertes, y lee ${truth}.`,
      lesson: 'Un mapa es una afirmación. Cambie lo que señala, y vuelva a preguntar.',
    },
    {
      question: (truth, read) => `¿Fue suerte? Aquí hay un ${truth} que lee como ${read}.`,
      answer: (truth, _, changed) => `La misma receta, sin ajustar nada: ${changed} píxeles, y lee ${truth}.`,
      lesson: 'Un ejemplo es una anécdota. Repítalo antes de creerlo.',
    },
    {
      question: (truth, read, sure) => `Segura al ${sure} de que este ${truth} es un ${read}. ¿Aún sirve la receta?`,
      answer: (truth, _, changed, { first }) =>
        `No con el 2 % de los píxeles. Desde el ${first} lee ${truth}; de esos hacen falta ${changed} píxeles.`,
      lesson: 'Cuánto debe cambiar se mide, no se adivina.',
    },
    {
      question: (truth) => `Si unos pocos píxeles hacen que lea ${truth}, ¿más píxeles también?`,
      answer: (truth, _, __, { first, lost, lostTo, again }) =>
        `No. Lee ${truth} con el ${first}, ${lostTo} con el ${lost}, y otra vez ${truth} con el ${again}.`,
      lesson: 'Más no siempre es mejor. Por eso se prueban todas las cantidades.',
    },
    {
      question: (truth) => `Apenas aprendió el ${truth}. ¿Puede un mapa hacer que lo lea?`,
      answer: (truth, _, changed) => `Ningún mapa suyo. Probar a ciegas, sí: ${changed} puntos al azar, y lee ${truth}.`,
      lesson: 'Lo que la hace cambiar no tiene por qué significar nada: esos puntos son adversarios.',
    },
  ],
  end: 'Un mapa es una afirmación.',
  morals: ['Póngalo a prueba. Repítalo.', 'Mida cuánto hace falta.', 'No llame explicación a un punto.'],
};
