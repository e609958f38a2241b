export interface TransportTimeouts {
  /** Until the connection stands. */
  connectMs: number;
  /** Between two pieces of a body. */
  idleMs: number;
}
