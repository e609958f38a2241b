import * as z from "zod";

/** What one answer cost: nothing, or US dollars. */
export const costData = () =>
  z.union([
    z.strictObject({ local: z.literal(0).describe("A machine of one's own: it cost nothing") }),
    z.strictObject({ usd: z.number().describe("US dollars") }),
  ]);

export type Cost = z.output<ReturnType<typeof costData>>;

/** What delegation cost and saved since the start. */
export interface SpendingView {
  answers: number;
  tokens: number;
  usd: number;
  /** What the same tokens would have cost at the client's own price, less what they did; when that price is known. */
  saved_usd?: number;
}

/** Adds up the price of answers. */
export class Spending {
  readonly #clientPricePerMtok: () => number;
  #answers = 0;
  #tokens = 0;
  #usd = 0;

  constructor(clientPricePerMtok: () => number) {
    this.#clientPricePerMtok = clientPricePerMtok;
  }

  /** `pricePerMtok`: US dollars a million tokens, 0 on a machine of one's own. */
  answered(tokens: number, pricePerMtok: number): Cost {
    this.#answers++;
    this.#tokens += tokens;
    const usd = (tokens * pricePerMtok) / 1e6;
    this.#usd += usd;
    return pricePerMtok === 0 ? { local: 0 } : { usd: rounded(usd) };
  }

  view(): SpendingView | undefined {
    if (this.#answers === 0) return undefined;
    const view = { answers: this.#answers, tokens: this.#tokens, usd: rounded(this.#usd) };
    const price = this.#clientPricePerMtok();
    if (price === 0) return view;
    return { ...view, saved_usd: rounded((this.#tokens * price) / 1e6 - this.#usd) };
  }
}

const rounded = (usd: number) => Math.round(usd * 1e6) / 1e6;
