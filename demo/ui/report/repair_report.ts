import { type ReportReading, renderReport, type Said } from '../../../src/app.js';
import type { ReportFacts, ReportReadingFacts } from '../../engine/contract/files.js';
import { present } from '../../lib/present.js';
import type { Language } from '../i18n/language.js';
import type { Piece } from '../i18n/piece.js';
import { REPORT_TEXTS } from './texts.js';

/** What a report is about, and how the page speaks. */
export interface ReportAbout {
  readonly model: string;
  readonly input: string;
  /** The class that the picture shows. null: the report takes the wanted class. */
  readonly truth: number | null;
  readonly language: Language;
  /** Says a sentence of the engine in that language. */
  readonly say: (said: Said) => readonly Piece[];
  readonly strategyName: (name: string) => string;
}

/** `report.html` about one repair, in the form of the report that `pathlight study` writes, in the page's language. */
export function repairReport({ repair, map, before, after, images, labels, device }: ReportFacts, about: ReportAbout): string {
  const { model, input, truth, language } = about;
  const text = REPORT_TEXTS[language];
  const names = { label: (index: number) => labels?.[index] ?? null };
  const nameOf = (index: number) => text.nameOf(names, index);
  const say = (said: Said) => about.say(said).reduce((all, piece) => all + piece.text, '');
  const readingOf = ({ class: best, probabilities }: ReportReadingFacts): ReportReading => ({
    label: nameOf(best),
    probabilities: probabilities.map((one) => ({ label: nameOf(one.class), probability: one.probability })),
  });
  const read = nameOf(before.class);
  const how = text.how(repair);
  return renderReport(
    {
      title: text.title(repair.repaired),
      intro: [
        [text.intro({ model, input, read, wanted: nameOf(repair.target) }), how ?? '', text.mapIsShown].filter(Boolean).join(' '),
        ...(after === null ? [] : [text.adversarial]),
      ],
      rows: [
        {
          caption: text.caption(input, read),
          trueLabel: nameOf(truth ?? repair.target),
          before: readingOf(before),
          ...(after !== null && {
            after: readingOf(after),
            strategy: about.strategyName(present(repair.strategy, 'the strategy of the edit')),
            percent: repair.percent,
            changedPixels: repair.changedPixels,
          }),
          text: after === null ? say(repair.because) : text.claim(repair),
          images,
          attributionCaption: text.mapOf(names, repair, map),
          attempts: repair.attempts.map((attempt) => ({
            ...attempt,
            strategy: about.strategyName(attempt.strategy),
            outcome: text.outcome(attempt),
            reason: say(attempt.because),
          })),
        },
      ],
      footnotes: [...text.notes, text.madeOn(device)],
    },
    text.words,
  );
}
