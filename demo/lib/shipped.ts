/** The networks that come with the page: readers of digits, and of rendered colour pictures. */
export const DIGIT_NETWORKS = ['digits', 'digits-naive'] as const;
export const SCENE_NETWORKS = ['scenes', 'scenes-naive'] as const;
/** All of them, as they are offered: of each kind first the one that misreads more. */
export const SHIPPED = ['digits-naive', 'digits', 'scenes-naive', 'scenes'] as const;

export type DigitNetwork = (typeof DIGIT_NETWORKS)[number];
export type SceneNetwork = (typeof SCENE_NETWORKS)[number];
export type ShippedModel = DigitNetwork | SceneNetwork;

/** The good network beside one that was trained badly on purpose; undefined for all others. */
export function betterThan(name: ShippedModel | null): ShippedModel | undefined {
  return name === 'digits-naive' ? 'digits' : name === 'scenes-naive' ? 'scenes' : undefined;
}

export function readsDigits(name: ShippedModel): name is DigitNetwork {
  return name === 'digits-naive' || name === 'digits';
}

export function readsScenes(name: ShippedModel | null | undefined): name is SceneNetwork {
  return name === 'scenes-naive' || name === 'scenes';
}
