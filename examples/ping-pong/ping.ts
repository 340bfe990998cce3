/** What the two say to each other. A ping keeps its number when it is asked again. */
export interface Ping {
  readonly id: number;
}

export interface Pong {
  readonly id: number;
}
