/** How far a request has come, in units of its own. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}
