export type Deferred<Value = void> = {
  promise: Promise<Value>;
  resolve(value: Value): void;
  reject(reason: unknown): void;
};

/** A promise with its ends in hand. */
export function deferred<Value = void>(): Deferred<Value> {
  const ends: Partial<Deferred<Value>> = {};
  const promise = new Promise<Value>((resolve, reject) => Object.assign(ends, { resolve, reject }));
  return Object.assign(ends as Deferred<Value>, { promise });
}
