/** How a picture can be fitted into a model's input: as the library fits it (`FitMode`), or with its digit centred as in MNIST. */
export const FITS = ['cover', 'contain', 'stretch', 'centre'] as const;
export type Fit = (typeof FITS)[number];
