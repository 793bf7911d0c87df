/** The English texts about files that the visitor keeps. Their type is what every language must fill. */
export const en = {
  title: 'Kept on this device',
  keep: (name: string) => `Keep ${name} on this device`,
  promise:
    'Only what you tick is kept, in this browser alone, until you remove it. Whoever uses this browser can open it. Nothing is uploaded.',
  kinds: { picture: 'picture', network: 'network' },
  open: 'Open',
  openNamed: (name: string) => `Open ${name}`,
  remove: 'Remove',
  removeNamed: (name: string) => `Remove ${name}`,
  full: (needed: string, free: string | null) =>
    `Not kept: it has ${needed}, and this browser ${free === null ? 'has no room for it' : `has room for ${free}`}.`,
  refused: 'This browser allows no files to be kept, as in a private window.',
  gone: (name: string) => `${name} is not there any more: the browser removed it.`,
};

export type KeptTexts = typeof en;
