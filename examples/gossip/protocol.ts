/** What nodes say to each other, in datagrams: any of it may be lost, doubled, or overtaken. */

/** One message of the application, which everybody shall get. */
export interface Item {
  /** Unique: `n1#3` is the third message of n1. */
  readonly id: string;
  readonly text: string;
}

export type Gossip =
  /** Rumour mongering: have you heard? */
  | { readonly type: 'rumour'; readonly item: Item }
  /** Anti-entropy, first step: this is all that I have. */
  | { readonly type: 'digest'; readonly ids: readonly string[] }
  /** Second and third step: this is what you lack, and this is what I lack. */
  | { readonly type: 'repair'; readonly items: readonly Item[]; readonly wanted: readonly string[] };
