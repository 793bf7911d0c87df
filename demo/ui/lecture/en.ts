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
  subtitle: 'Five digits, five questions.',
  keys: 'Arrow keys, or a presenter. F: full screen. Esc: back to the page.',
  previous: 'Back',
  next: 'Next',
  close: 'End',
  reads: (name: string) => `reads ${name}`,
  digit: (truth: string) => `a handwritten ${truth}`,
  map: (truth: string, read: string) => `the map: red speaks for ${truth}, blue for ${read}`,
  mapAlone: (truth: string) => `the map: red speaks for ${truth}, blue against it`,
  after: (changed: number, name: string) => `after ${changed === 1 ? '1 changed pixel' : `${changed} changed pixels`} it reads ${name}`,
  percentages: 'The share of changed pixels, from 0 to 100%; orange where it reads the right class',
  slides: [
    {
      question: (truth: string, read: string) => `This is a ${truth}. Why does the network read a ${read}?`,
      answer: (truth: string, read: string, changed: number) =>
        `Red pixels speak for ${truth}, blue ones for ${read}. Change ${changed} of the strongest, and it reads ${truth}.`,
      lesson: 'A map is a claim. Change what it points at, and ask again.',
    },
    {
      question: (truth: string, read: string) => `Was that luck? Here is a ${truth} that it reads as ${read}.`,
      answer: (truth: string, _: string, changed: number) => `The same recipe, nothing adjusted: ${changed} pixels, and it reads ${truth}.`,
      lesson: 'One example is an anecdote. Repeat it before you believe it.',
    },
    {
      question: (truth: string, read: string, sure: string) => `${sure} sure that this ${truth} is a ${read}. Does the recipe still work?`,
      answer: (truth: string, _: string, changed: number, { first }: Turns) =>
        `Not with 2% of the pixels. From ${first} on it reads ${truth}; of those, ${changed} pixels are needed.`,
      lesson: 'How much must change is measured, not guessed.',
    },
    {
      question: (truth: string) => `If a few pixels make it read ${truth}, do more pixels, too?`,
      answer: (truth: string, _: string, __: number, { first, lost, lostTo, again }: Turns) =>
        `No. It reads ${truth} at ${first}, ${lostTo} at ${lost}, and ${truth} again at ${again}.`,
      lesson: 'More is not always better. So every amount is tried.',
    },
    {
      question: (truth: string) => `It hardly learned the ${truth}. Can a map make it read one?`,
      answer: (truth: string, _: string, changed: number) =>
        `No map of it does. Blind trying does: ${changed} random dots, and it reads ${truth}.`,
      lesson: 'What changes its mind need not mean anything: such dots are adversarial.',
    },
  ],
  end: 'A map is a claim.',
  morals: ['Test it. Repeat it.', 'Measure how much it takes.', 'Do not call a dot an explanation.'],
};

export type LectureTexts = typeof en;
