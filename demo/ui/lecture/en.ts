/** What the percentages of a digit tell: where the class is first reached, where it is lost again, and what is read there. */
export interface Turns {
  readonly first: string;
  readonly lost: string;
  readonly lostTo: string;
  readonly again: string;
}

/** The English texts of the lecture. Their type is what every language must fill. */
export const en = {
  label: 'Lecture',
  title: 'Why did it read that?',
  subtitle: 'Five digits, five questions, and a neural network that is weak on purpose.',
  keys: 'Arrow keys, or a presenter. F: full screen. Esc: back to the page.',
  previous: 'Back',
  next: 'Next',
  close: 'End',
  reads: (name: string) => `reads ${name}`,
  digit: (truth: string) => `a handwritten ${truth}`,
  map: (truth: string, read: string) => `the map: red speaks for ${truth}, blue for ${read}`,
  mapAlone: (truth: string) => `the map: red speaks for ${truth}, blue against it`,
  after: (changed: number, name: string) => `after ${changed === 1 ? '1 changed pixel' : `${changed} changed pixels`} it reads ${name}`,
  not: (name: string) => `not ${name}`,
  percentages: 'The share of changed pixels, from 0 to 100%; orange where it reads the right class',
  slides: [
    {
      question: (truth: string, read: string) => `This is a ${truth}. Why does the network read a ${read}?`,
      answer: (truth: string, read: string, changed: number) =>
        `Red pixels speak for ${truth}, blue ones for ${read}. Change ${changed} of the strongest, and it reads ${truth}.`,
      lesson: 'A map is a claim. Change what it points at, and ask again.',
    },
    {
      question: (truth: string, read: string) => `Was that edit luck? Here is a ${truth} that it reads as ${read}.`,
      answer: (truth: string, _: string, changed: number) => `The same steps, nothing adjusted: ${changed} pixels, and it reads ${truth}.`,
      lesson: 'One example is an anecdote. Repeat it before you believe it.',
    },
    {
      question: (truth: string, read: string, sure: string) =>
        `It is ${sure} sure that this ${truth} is a ${read}. Do the same steps still work?`,
      answer: (truth: string, _: string, changed: number, { first }: Turns) =>
        `Not with 2% of the pixels changed. With ${first} it reads ${truth}, and ${changed} pixels of those are enough.`,
      lesson: 'How much must change is measured, not guessed.',
    },
    {
      question: (truth: string) => `This is an ${truth}. If a few changed pixels turn it, do more, too?`,
      answer: (truth: string, _: string, __: number, { first, lost, lostTo, again }: Turns) =>
        `No. With ${first} changed it reads ${truth}, with ${lost} a ${lostTo}, with ${again} ${truth} again.`,
      lesson: 'More is not always better. So every amount is tried.',
    },
    {
      question: (truth: string) => `While it learned, it hardly saw a ${truth}. Can a map turn this one?`,
      answer: (truth: string, _: string, changed: number) =>
        `No map can. Blind trying can: ${changed} dots, found at random, and it reads ${truth}.`,
      lesson: 'What changes its mind need not mean anything: such dots are adversarial.',
    },
  ],
  end: 'A map is a claim.',
  morals: ['Test it. Repeat it.', 'Measure how much it takes.', 'Do not call a dot an explanation.'],
};

export type LectureTexts = typeof en;
