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
 * @example await writeFile('report.html', renderReport({ title: 'Five misread digits', intro: [], rows, footnotes: [] }));
 */
export function renderReport({ title, intro, rows, appendix, footnotes }: Report): string {
  const repaired = rows.filter((row) => row.after !== undefined).length;
  return `<!doctype html>
<html lang="en">
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
${rows.length === 0 ? '' : `<p class="tally"><strong>${repaired}</strong> of ${rows.length} repaired</p>\n${renderContents(rows)}`}
</header>
${rows.map(renderRow).join('\n')}
${appendix?.html ?? ''}
${footnotes.length === 0 ? '' : `<footer>\n<h2>Notes</h2>\n<ol>${footnotes.map((note) => `<li>${escapeHtml(note)}</li>`).join('\n')}</ol>\n</footer>`}
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

function renderContents(rows: readonly ReportRow[]): string {
  const items = rows.map(
    (row, i) =>
      `<li><a href="#case-${i + 1}"><img src="${png(row.images.original)}" alt=""><span>${escapeHtml(row.trueLabel)} read as ${escapeHtml(row.before.label)}</span></a></li>`,
  );
  return `<nav aria-label="Cases"><ul>${items.join('')}</ul></nav>`;
}

function renderRow(row: ReportRow, index: number): string {
  const { caption, trueLabel, before, after, images } = row;
  const verdict = after
    ? `A <b>${escapeHtml(trueLabel)}</b>, read as <b>${escapeHtml(before.label)}</b>; after the edit, as <b>${escapeHtml(after.label)}</b>.`
    : `A <b>${escapeHtml(trueLabel)}</b>, read as <b>${escapeHtml(before.label)}</b>; no edit was found.`;
  const modified =
    images.modified === undefined
      ? '<div class="absent" role="img" aria-label="No modified picture">not repaired</div>'
      : image(images.modified, `${caption}, modified`);
  return `<article id="case-${index + 1}">
<p class="number">${index + 1}</p>
<h2>${escapeHtml(caption)}</h2>
<p class="verdict">${verdict}${row.text === undefined ? '' : ` ${escapeHtml(row.text)}`}</p>
<div class="panels">
<figure>${image(images.original, `${caption}, original`)}<figcaption><b>Original</b> read as ${escapeHtml(before.label)}</figcaption>${bars(before, row)}</figure>
<figure>${modified}<figcaption><b>Modified</b> ${after ? `read as ${escapeHtml(after.label)}` : 'none found'}</figcaption>${after ? bars(after, row) : ''}</figure>
<figure>${image(images.attribution, `${caption}, attribution ${row.attributionCaption}`)}<figcaption><b>Attribution</b> ${escapeHtml(row.attributionCaption)}</figcaption>
<div class="scale" aria-hidden="true"></div><p class="ends"><span>speaks against</span><span>speaks for</span></p>${facts(row)}</figure>
</div>
${attempts(row)}
</article>`;
}

function bars({ label, probabilities }: ReportReading, { trueLabel }: ReportRow): string {
  const lines = probabilities.map(({ label: name, probability }) => {
    const kind = name === trueLabel ? ' class="true"' : name === label ? ' class="predicted"' : '';
    const width = (Math.min(1, Math.max(0, probability)) * 100).toFixed(2);
    return `<li${kind}><span class="name">${escapeHtml(name)}</span><span class="track"><i style="width:${width}%"></i></span><span class="share">${percentage(probability)}</span></li>`;
  });
  return `<ul class="bars" aria-label="Probabilities; ${escapeHtml(trueLabel)} is true">${lines.join('')}</ul>`;
}

function facts({ strategy, percent, changedPixels }: ReportRow): string {
  const entries: [string, string][] = [];
  if (strategy !== undefined) entries.push(['Strategy', strategy]);
  if (percent != null) entries.push(['Percentage', `${Number(percent.toPrecision(3))}%, before pruning`]);
  if (changedPixels != null) entries.push(['Pixels changed', String(changedPixels)]);
  return entries.length === 0
    ? ''
    : `<dl>${entries.map(([term, value]) => `<div><dt>${term}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>`;
}

function attempts({ attempts: list, caption }: ReportRow): string {
  if (list.length === 0) return '';
  const rows = list.map(
    (
      attempt,
    ) => `<tr${attempt.repaired ? ' class="found"' : ''}><th scope="row">${escapeHtml(attempt.strategy)}</th><td>${escapeHtml(attempt.outcome)}</td>
<td>${attempt.percent == null ? '' : `${Number(attempt.percent.toPrecision(3))}%`}</td><td>${attempt.changedPixels ?? ''}</td><td>${attempt.candidates.toLocaleString('en')}</td><td>${Math.round(attempt.milliseconds).toLocaleString('en')}</td><td>${escapeHtml(attempt.reason)}</td></tr>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="Attempts, ${escapeHtml(caption)}"><table>
<caption>What was tried, in this order</caption>
<thead><tr><th scope="col">Strategy</th><th scope="col">Result</th><th scope="col">Percent</th><th scope="col">Pixels</th><th scope="col">Candidates</th><th scope="col">ms</th><th scope="col">What happened</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>`;
}

function image(base64: string, alt: string): string {
  return `<img src="${png(base64)}" alt="${escapeHtml(alt)}">`;
}

function png(base64: string): string {
  return `data:image/png;base64,${escapeHtml(base64)}`;
}

/** A number from 0 to 1 as a percentage. It is honest at the ends: 0.99999 is not 100%. */
function percentage(probability: number): string {
  if (probability > 0 && probability < 0.001) return '&lt;0.1%';
  if (probability < 1 && probability > 0.999) return '&gt;99.9%';
  return `${(probability * 100).toFixed(1)}%`;
}
