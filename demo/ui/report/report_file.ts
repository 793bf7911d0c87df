import type { NamedFile, ReportFacts } from '../../engine/contract/files.js';
import { sayings, shownLanguage, strategyName } from '../i18n/index.js';
import { type ReportAbout, repairReport } from './repair_report.js';

/** `report.html` in the language that the page shows. */
export function reportFile(facts: ReportFacts, about: Pick<ReportAbout, 'model' | 'input' | 'truth'>): NamedFile {
  const html = repairReport(facts, { ...about, language: shownLanguage.value, say: sayings.value, strategyName });
  return { name: facts.name, type: 'text/html', bytes: new TextEncoder().encode(html) };
}
