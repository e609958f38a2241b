import type { OutboxRow } from "../store/outbox.ts";
import type { ToolRefused } from "./external-memory.ts";

/** A server that does not say why it refuses may only be in trouble: the same row is offered it so often. */
const MAX_TRIES = 3;

interface Refusal {
  row: OutboxRow;
  why: string;
  tries: number;
  /** Passed over for now; `isFinal`: and a later write of its key may take its place. */
  isPassedOver: boolean;
  isFinal: boolean;
}

/** Rows that the external memory refused, so that one it cannot take does not hold up all that come after it. */
export class RefusedRows {
  readonly #refusals = new Map<number, Refusal>();

  get size(): number {
    return this.#refusals.size;
  }

  /** Whether the row is passed over from now on; else the server is to be left in peace, and then asked again. */
  add(row: OutboxRow, error: ToolRefused): boolean {
    const tries = (this.#refusals.get(row.id)?.tries ?? 0) + 1;
    const { isFinal, message: why } = error;
    const isPassedOver = isFinal || (!error.isTemporary && tries >= MAX_TRIES);
    this.#refusals.set(row.id, { row, why, tries, isPassedOver, isFinal });
    return isPassedOver;
  }

  /** The first of the rows, in their order, that may go now: what waits behind a row of its key goes after it. */
  firstThatMayGo(rows: readonly OutboxRow[]): OutboxRow | undefined {
    const blocked = new Set<string>();
    for (const row of rows) {
      const refusal = this.#refusals.get(row.id);
      if (refusal?.isPassedOver && !refusal.isFinal) blocked.add(nameOf(row));
      if (!refusal?.isPassedOver && !blocked.has(nameOf(row))) return row;
    }
    return undefined;
  }

  /** Why a write of this key was passed over. */
  whyNot(of: { namespace: string; key: string }): string | undefined {
    const mine = [...this.#refusals.values()].filter(
      ({ row, isPassedOver }) => isPassedOver && nameOf(row) === nameOf(of),
    );
    return mine.at(-1)?.why;
  }

  /** The row was taken, and with it what was refused before it of its key has gone. */
  taken(taken: OutboxRow): void {
    for (const [id, { row }] of this.#refusals)
      if (id <= taken.id && nameOf(row) === nameOf(taken)) this.#refusals.delete(id);
  }

  /** Each of them is offered once more. */
  letThemTryAgain(): void {
    for (const refusal of this.#refusals.values()) {
      if (refusal.isPassedOver) refusal.tries = MAX_TRIES - 1;
      refusal.isPassedOver = false;
    }
  }
}

const nameOf = ({ namespace, key }: { namespace: string; key: string }) => JSON.stringify([namespace, key]);
