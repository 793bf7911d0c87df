import type { Language } from '../i18n/language.js';

/** Writes numbers in the way of a language. */
export interface Format {
  /** With three significant digits; with an exponent if the number would be long. */
  number(value: number): string;
  /** With a sign. */
  signed(value: number): string;
  percent(share: number): string;
  /** Without decimals. */
  wholePercent(share: number): string;
  count(value: number): string;
  milliseconds(value: number): string;
  bytes(value: number): string;
  list(items: readonly string[]): string;
}

export function createFormat(language: Language): Format {
  const digits = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  const small = new Intl.NumberFormat(language, { notation: 'scientific', maximumSignificantDigits: 2 });
  const share = new Intl.NumberFormat(language, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const wholeShare = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const conjunction = new Intl.ListFormat(language, { type: 'conjunction' });
  const number = (value: number): string => {
    if (!Number.isFinite(value)) return String(value);
    const size = Math.abs(value);
    const text = size !== 0 && (size < 0.001 || size >= 1e6) ? small.format(value) : digits.format(value);
    return text.replaceAll('-', '−');
  };
  return {
    number,
    signed: (value) => (value > 0 ? `+${number(value)}` : number(value)),
    percent: (value) => share.format(value).replace('-', '−'),
    wholePercent: (value) => wholeShare.format(value),
    count: (value) => whole.format(value),
    milliseconds: (value) =>
      value < 1000 ? `${value < 10 ? digits.format(value) : whole.format(value)} ms` : `${digits.format(value / 1000)} s`,
    bytes: (value) => {
      const units = ['B', 'KiB', 'MiB', 'GiB'];
      let unit = 0;
      let size = value;
      while (size >= 1024 && unit < units.length - 1) {
        size /= 1024;
        unit++;
      }
      return `${digits.format(size)} ${units[unit]}`;
    },
    list: (items) => conjunction.format(items),
  };
}
