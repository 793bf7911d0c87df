import type { LectureTexts } from './en.js';

/** The Spanish texts of the lecture. */
export const es: LectureTexts = {
  label: 'Clase',
  title: '¿Por qué leyó eso?',
  subtitle: 'Cinco dígitos, cinco preguntas y una red neuronal débil a propósito.',
  keys: 'Flechas, o un mando. F: pantalla completa. Esc: volver a la página.',
  previous: 'Atrás',
  next: 'Siguiente',
  close: 'Salir',
  reads: (name) => `lee ${name}`,
  digit: (truth) => `un ${truth} escrito a mano`,
  map: (truth, read) => `el mapa: el rojo habla por ${truth}, el azul por ${read}`,
  mapAlone: (truth) => `el mapa: el rojo habla por ${truth}, el azul en contra`,
  after: (changed, name) => `con ${changed === 1 ? '1 píxel cambiado' : `${changed} píxeles cambiados`} lee ${name}`,
  not: (name) => `no ${name}`,
  percentages: 'La parte de píxeles cambiados, de 0 a 100 %; en naranja donde lee la clase correcta',
  slides: [
    {
      question: (truth, read) => `Esto es un ${truth}. ¿Por qué la red lee un ${read}?`,
      answer: (truth, read, changed) =>
        `Los píxeles rojos hablan por ${truth}, los azules por ${read}. Cambie ${changed} de los más fuertes, y lee ${truth}.`,
      lesson: 'Un mapa es una afirmación. Cambie lo que señala, y vuelva a preguntar.',
    },
    {
      question: (truth, read) => `¿Fue suerte ese cambio? Aquí hay un ${truth} que lee como ${read}.`,
      answer: (truth, _, changed) => `Los mismos pasos, sin ajustar nada: ${changed} píxeles, y lee ${truth}.`,
      lesson: 'Un ejemplo es una anécdota. Repítalo antes de creerlo.',
    },
    {
      question: (truth, read, sure) => `Está segura al ${sure} de que este ${truth} es un ${read}. ¿Aún sirven los mismos pasos?`,
      answer: (truth, _, changed, { first }) =>
        `No con el 2 % de los píxeles cambiado. Con el ${first} lee ${truth}, y de esos bastan ${changed} píxeles.`,
      lesson: 'Cuánto debe cambiar se mide, no se adivina.',
    },
    {
      question: (truth) => `Esto es un ${truth}. Si unos pocos píxeles lo logran, ¿más también?`,
      answer: (truth, _, __, { first, lost, lostTo, again }) =>
        `No. Con el ${first} cambiado lee ${truth}, con el ${lost} un ${lostTo}, y con el ${again} otra vez ${truth}.`,
      lesson: 'Más no siempre es mejor. Por eso se prueban todas las cantidades.',
    },
    {
      question: (truth) => `Al aprender apenas vio un ${truth}. ¿Puede un mapa hacer que lea este?`,
      answer: (truth, _, changed) => `Ningún mapa puede. Probar a ciegas, sí: ${changed} puntos hallados al azar, y lee ${truth}.`,
      lesson: 'Lo que la hace cambiar no tiene por qué significar nada: esos puntos son adversarios.',
    },
  ],
  end: 'Un mapa es una afirmación.',
  morals: ['Póngalo a prueba. Repítalo.', 'Mida cuánto hace falta.', 'No llame explicación a un punto.'],
};
