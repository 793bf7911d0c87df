/** The languages of the page, by their tags (BCP 47). */
export const TAGS = ['en', 'es'] as const;
export type Language = (typeof TAGS)[number];
