/** A piece of a sentence, and whether it is English on a page of another language. */
export interface Piece {
  readonly text: string;
  readonly english: boolean;
}
