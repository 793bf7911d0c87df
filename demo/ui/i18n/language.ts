/** The languages of the page, by their tags (BCP 47). */
export type Language = 'en' | 'es';
