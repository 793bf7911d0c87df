import { REPORT_STYLE } from './report_style.js';

/** What a model reads in a picture. */
export interface ReportReading {
  readonly label: string;
  /** Classes with their probabilities, 0 to 1, in the order of the bars: all classes for digits, the most probable few for many classes. */
  readonly probabilities: readonly { readonly label: string; readonly probability: number }[];
}

/** One attempt of the repair ladder. Numbers that an attempt does not have are absent. */
export interface ReportAttempt {
  readonly strategy: string;
  readonly repaired: boolean;
  /** The outcome, in one word. */
  readonly outcome: string;
  readonly percent?: number | null;
  readonly changedPixels?: number | null;
  readonly candidates: number;
  readonly reason: string;
  readonly milliseconds: number;
}

/** One misread picture. */
export interface ReportRow {
  readonly caption: string;
  readonly trueLabel: string;
  readonly before: ReportReading;
  /** What the model reads in the edited picture; absent if no edit was found. */
  readonly after?: ReportReading;
  /** The strategy that was kept; absent where none succeeded. */
  readonly strategy?: string;
  readonly percent?: number | null;
  readonly changedPixels?: number | null;
  /** One sentence of explanation, if there is something to say. */
  readonly text?: string;
  /** PNG files in base64. */
  readonly images: { readonly original: string; readonly modified?: string; readonly attribution: string };
  /** What the attribution explains, such as `for 7 minus 1`. */
  readonly attributionCaption: string;
  readonly attempts: readonly ReportAttempt[];
}

/** The words of the page. Those that take `html` get escaped text, and give HTML. */
export interface ReportWords {
  /** A language tag, which also says how numbers are written. */
  readonly language: string;
  percent(number: string): string;
  repairedOf(repaired: string, rows: number): string;
  readonly notes: string;
  readonly cases: string;
  readAs(label: string): string;
  caseOf(trueLabel: string, label: string): string;
  verdict(html: { readonly trueLabel: string; readonly before: string; readonly after: string | null }): string;
  readonly original: string;
  readonly modified: string;
  readonly attribution: string;
  readonly noModified: string;
  readonly notRepaired: string;
  readonly noneFound: string;
  readonly against: string;
  readonly for: string;
  probabilities(trueLabel: string): string;
  readonly strategy: string;
  readonly percentage: string;
  beforePruning(percent: string): string;
  readonly pixelsChanged: string;
  readonly attempts: string;
  readonly tried: string;
  /** The heads of the columns of the attempts. */
  readonly columns: readonly [
    strategy: string,
    result: string,
    percent: string,
    pixels: string,
    candidates: string,
    milliseconds: string,
    happened: string,
  ];
}

const ENGLISH: ReportWords = {
  language: 'en',
  percent: (number) => `${number}%`,
  repairedOf: (repaired, rows) => `${repaired} of ${rows} repaired`,
  notes: 'Notes',
  cases: 'Cases',
  readAs: (label) => `read as ${label}`,
  caseOf: (trueLabel, label) => `${trueLabel} read as ${label}`,
  verdict: ({ trueLabel, before, after }) =>
    after === null
      ? `A ${trueLabel}, read as ${before}; no edit was found.`
      : `A ${trueLabel}, read as ${before}; after the edit, as ${after}.`,
  original: 'Original',
  modified: 'Modified',
  attribution: 'Attribution',
  noModified: 'No modified picture',
  notRepaired: 'not repaired',
  noneFound: 'none found',
  against: 'speaks against',
  for: 'speaks for',
  probabilities: (trueLabel) => `Probabilities; ${trueLabel} is true`,
  strategy: 'Strategy',
  percentage: 'Percentage',
  beforePruning: (percent) => `${percent}, before pruning`,
  pixelsChanged: 'Pixels changed',
  attempts: 'Attempts',
  tried: 'What was tried, in this order',
  columns: ['Strategy', 'Result', 'Percent', 'Pixels', 'Candidates', 'ms', 'What happened'],
};

export interface Report {
  readonly title: string;
  /** Paragraphs. */
  readonly intro: readonly string[];
  readonly rows: readonly ReportRow[];
  /** What follows the pictures: HTML that is escaped already, and its style sheet. */
  readonly appendix?: { readonly html: string; readonly style: string };
  readonly footnotes: readonly string[];
}

/**
 * A self-contained HTML page: no scripts, no requests, light and dark, readable on a phone, a projector and paper. All text is escaped.
 *
 * @param words those of the page around what `report` says; English by default.
 * @example await writeFile('report.html', renderReport({ title: 'Five misread digits', intro: [], rows, footnotes: [] }));
 */
export function renderReport({ title, intro, rows, appendix, footnotes }: Report, words: ReportWords = ENGLISH): string {
  const repaired = rows.filter((row) => row.after !== undefined).length;
  return `<!doctype html>
<html lang="${words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${REPORT_STYLE}${appendix?.style ?? ''}</style>
</head>
<body>
<main>
<header>
<p class="brand">Pathlight</p>
<h1>${escapeHtml(title)}</h1>
${intro.map((text) => `<p class="lead">${escapeHtml(text)}</p>`).join('\n')}
${rows.length === 0 ? '' : `<p class="tally">${words.repairedOf(`<strong>${repaired}</strong>`, rows.length)}</p>\n${renderContents(rows, words)}`}
</header>
${rows.map((row, index) => renderRow(row, index, words)).join('\n')}
${appendix?.html ?? ''}
${footnotes.length === 0 ? '' : `<footer>\n<h2>${escapeHtml(words.notes)}</h2>\n<ol>${footnotes.map((note) => `<li>${escapeHtml(note)}</li>`).join('\n')}</ol>\n</footer>`}
</main>
</body>
</html>
`;
}

/** Escapes text for use between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  // The ampersand first: the others put one in.
  const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return Object.entries(entities).reduce((escaped, [character, entity]) => escaped.replaceAll(character, entity), text);
}

function renderContents(rows: readonly ReportRow[], words: ReportWords): string {
  const items = rows.map(
    (row, i) =>
      `<li><a href="#case-${i + 1}"><img src="${png(row.images.original)}" alt=""><span>${escapeHtml(words.caseOf(row.trueLabel, row.before.label))}</span></a></li>`,
  );
  return `<nav aria-label="${escapeHtml(words.cases)}"><ul>${items.join('')}</ul></nav>`;
}

function renderRow(row: ReportRow, index: number, words: ReportWords): string {
  const { caption, trueLabel, before, after, images } = row;
  const bold = (text: string) => `<b>${escapeHtml(text)}</b>`;
  const verdict = words.verdict({ trueLabel: bold(trueLabel), before: bold(before.label), after: after ? bold(after.label) : null });
  const modified =
    images.modified === undefined
      ? `<div class="absent" role="img" aria-label="${escapeHtml(words.noModified)}">${escapeHtml(words.notRepaired)}</div>`
      : image(images.modified, `${caption}, ${words.modified.toLowerCase()}`);
  const read = ({ label }: ReportReading) => escapeHtml(words.readAs(label));
  return `<article id="case-${index + 1}">
<p class="number">${index + 1}</p>
<h2>${escapeHtml(caption)}</h2>
<p class="verdict">${verdict}${row.text === undefined ? '' : ` ${escapeHtml(row.text)}`}</p>
<div class="panels">
<figure>${image(images.original, `${caption}, ${words.original.toLowerCase()}`)}<figcaption>${bold(words.original)} ${read(before)}</figcaption>${bars(before, row, words)}</figure>
<figure>${modified}<figcaption>${bold(words.modified)} ${after ? read(after) : escapeHtml(words.noneFound)}</figcaption>${after ? bars(after, row, words) : ''}</figure>
<figure>${image(images.attribution, `${caption}, ${words.attribution.toLowerCase()} ${row.attributionCaption}`)}<figcaption>${bold(words.attribution)} ${escapeHtml(row.attributionCaption)}</figcaption>
<div class="scale" aria-hidden="true"></div><p class="ends"><span>${escapeHtml(words.against)}</span><span>${escapeHtml(words.for)}</span></p>${facts(row, words)}</figure>
</div>
${attempts(row, words)}
</article>`;
}

function bars({ label, probabilities }: ReportReading, { trueLabel }: ReportRow, words: ReportWords): string {
  const lines = probabilities.map(({ label: name, probability }) => {
    const kind = name === trueLabel ? ' class="true"' : name === label ? ' class="predicted"' : '';
    const width = (Math.min(1, Math.max(0, probability)) * 100).toFixed(2);
    return `<li${kind}><span class="name">${escapeHtml(name)}</span><span class="track"><i style="width:${width}%"></i></span><span class="share">${escapeHtml(percentage(probability, words))}</span></li>`;
  });
  return `<ul class="bars" aria-label="${escapeHtml(words.probabilities(trueLabel))}">${lines.join('')}</ul>`;
}

function facts({ strategy, percent, changedPixels }: ReportRow, words: ReportWords): string {
  const entries: [string, string][] = [];
  if (strategy !== undefined) entries.push([words.strategy, strategy]);
  if (percent != null) entries.push([words.percentage, words.beforePruning(shortPercent(percent, words))]);
  if (changedPixels != null) entries.push([words.pixelsChanged, String(changedPixels)]);
  return entries.length === 0
    ? ''
    : `<dl>${entries.map(([term, value]) => `<div><dt>${escapeHtml(term)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>`;
}

function attempts({ attempts: list, caption }: ReportRow, words: ReportWords): string {
  if (list.length === 0) return '';
  const whole = (value: number) => value.toLocaleString(words.language);
  const rows = list.map(
    (
      attempt,
    ) => `<tr${attempt.repaired ? ' class="found"' : ''}><th scope="row">${escapeHtml(attempt.strategy)}</th><td>${escapeHtml(attempt.outcome)}</td>
<td>${attempt.percent == null ? '' : escapeHtml(shortPercent(attempt.percent, words))}</td><td>${attempt.changedPixels ?? ''}</td><td>${whole(attempt.candidates)}</td><td>${whole(Math.round(attempt.milliseconds))}</td><td>${escapeHtml(attempt.reason)}</td></tr>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(words.attempts)}, ${escapeHtml(caption)}"><table>
<caption>${escapeHtml(words.tried)}</caption>
<thead><tr>${words.columns.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>`;
}

function image(base64: string, alt: string): string {
  return `<img src="${png(base64)}" alt="${escapeHtml(alt)}">`;
}

function png(base64: string): string {
  return `data:image/png;base64,${escapeHtml(base64)}`;
}

/** Three digits of a percentage. */
function shortPercent(percent: number, { language, percent: say }: ReportWords): string {
  return say(percent.toLocaleString(language, { maximumSignificantDigits: 3, useGrouping: false }));
}

/** A number from 0 to 1 as a percentage. It is honest at the ends: 0.99999 is not 100%. */
function percentage(probability: number, { language, percent }: ReportWords): string {
  const tenths = (share: number) =>
    percent((share * 100).toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false }));
  if (probability > 0 && probability < 0.001) return `<${tenths(0.001)}`;
  if (probability < 1 && probability > 0.999) return `>${tenths(0.999)}`;
  return tenths(probability);
}
