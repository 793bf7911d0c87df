import { escapeHtml, MEASURES_STYLE, metrics, planEvaluation, type ReportedPicture, renderMeasures } from '../../app.js';
import { type Evaluation, heatmap, type Picture, pixelLayout, type Session, sumChannels } from '../../index.js';
import { encodePng } from '../../node/index.js';
import { nameClass, percentage } from '../format.js';
import { gainOf, rankedNames, reportedMethods, titleOf } from './reported_methods.js';

/** A digit of the study, as the network sees it. */
export interface StudiedDigit {
  readonly caption: string;
  /** [elements] in the model's input space. */
  readonly data: Float32Array;
  readonly picture: Picture;
  /** Share of the input gradients that are exactly zero. */
  readonly zeroGradients: number;
}

const METHODS = ['saliency', 'ig', 'ig@opposite', 'deeplift'] as const;
const MEASURED = ['deletion', 'insertion', 'relevance-gain', 'randomisation'] as const;
/** Squares of 2 x 2 pixels: 196 steps of a curve, which take a quarter of the time of single pixels. */
const UNIT = 2;

/** The part of the report about which of the maps is right: every method on every digit, and what a reader may conclude. */
export async function studyMaps(
  session: Session,
  digits: readonly StudiedDigit[],
  signal: AbortSignal,
): Promise<{ readonly html: string; readonly style: string; readonly evaluation: Evaluation }> {
  const plan = await planEvaluation(session, { methods: METHODS, metrics: MEASURED, unit: UNIT });
  const { width, height } = session.preprocessing;
  const png = async (picture: Picture) => Buffer.from(await encodePng(picture)).toString('base64');
  try {
    const shown: ReportedPicture[] = [];
    const measured = [];
    for (const { caption, data, picture } of digits) {
      const drawn = new Map<string, Float32Array>();
      const found = await plan.picture(data, { signal, onMap: (method, values) => drawn.set(method, values) });
      measured.push(found);
      const alone = plan.summarise([found]);
      const map = (values: Float32Array) =>
        png(heatmap(sumChannels(values, pixelLayout(session.preprocessing)), width, height, { factor: 4 }));
      shown.push({
        name: caption,
        caption: `maps for ${nameClass(session, found.target)}`,
        picture: await png(picture),
        maps: await Promise.all(
          [...drawn].map(async ([method, values]) => {
            const gain = found.methods[method]?.metrics['relevance-gain'] ?? null;
            return { method, map: await map(values), caption: gain === null ? '' : gainOf(gain) };
          }),
        ),
        methods: reportedMethods(alone),
      });
    }
    const evaluation = plan.summarise(measured);
    const chosen = metrics.filter(({ name }) => plan.metrics.includes(name));
    const lead = `<article id="maps">
<h2>Which of these maps is right?</h2>
${conclusions(evaluation, digits)
  .map((text) => `<p class="verdict">${escapeHtml(text)}</p>`)
  .join('\n')}
</article>`;
    const html = `${lead}\n${renderMeasures({ metrics: chosen, methods: reportedMethods(evaluation), pictures: shown })}`;
    return { html, style: MEASURES_STYLE, evaluation };
  } finally {
    plan.close();
  }
}

/** What a reader may conclude, from the numbers. */
function conclusions(evaluation: Evaluation, digits: readonly StudiedDigit[]): string[] {
  const { methods, verdict } = evaluation;
  const mean = (method: string, metric: (typeof MEASURED)[number]) => methods[method]?.[metric]?.mean ?? Number.NaN;
  const vanished = digits.reduce((sum, { zeroGradients }) => sum + zeroGradients, 0) / digits.length;
  const [own, other] = [mean('saliency', 'relevance-gain'), mean('ig', 'relevance-gain')];
  const alike = rankedNames(methods)
    .map((name) => ({ name, likeness: mean(name, 'randomisation') }))
    .filter(({ likeness }) => Number.isFinite(likeness));
  return [
    `A map that looks right proves nothing. Here the network is asked: squares of ${UNIT} x ${UNIT} pixels are taken away, the ones that a map calls strongest first, and the network reads what is left. Each map explains the class that the network read.`,
    `${verdict.map(({ message }) => message).join('. ')}.`,
    `The gradients of this network ${vanished > 0 ? 'vanish in part' : 'do not vanish'}: ${percentage(vanished)} of them are exactly zero. The maps of saliency gain ${own.toFixed(2)}, those of integrated gradients ${other.toFixed(2)}${own < other ? ', which look at the whole way from black to the digit' : ''}.`,
    `The sanity check: the layers of the network are drawn anew, so that it knows nothing, and its maps are compared with those above (1: the same). ${alike.map(({ name, likeness }) => `${name} ${likeness.toFixed(2)}`).join(', ')}. A map that stays as it was shows the picture, not what the network learned; the edges of the picture are the extreme. Integrated gradients and DeepLIFT are 0 wherever the digit is as black as their baseline, whatever the network says, and that alone makes their maps alike: compare with ig@opposite, whose baseline differs from the digit everywhere.`,
    `Five digits are an illustration, not a measurement. pathlight evaluate does the same with your model and your pictures. ${METHODS.map((name) => `${name}: ${titleOf(name)}`).join('; ')}.`,
  ];
}
