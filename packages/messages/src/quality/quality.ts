import * as z from "zod";
import { checkNames } from "./check-names.ts";
import type { Insertion } from "./insertions.ts";

export interface QualityRequest {
  text: string;
  /** end_turn, max_tokens, stop_sequence or tool_use. */
  stopReason: string;
  outputTokens: number | undefined;
  expectedDetail: "brief" | "normal" | "detailed";
  maxTokens: number;
}

/** Which repairs are made, and whether code is parsed. */
export interface EnhancementRules {
  complete_sentences: boolean;
  fix_code_blocks: boolean;
  validate_syntax: boolean;
  expand_response: boolean;
  truncate_response: boolean;
}

/** As it stands in an answer's metadata. */
export const qualityData = () =>
  z.strictObject({
    check: z.enum(checkNames).describe("Name of the check"),
    passed: z.boolean().describe("Whether the model's own text passed"),
    skipped: z.literal(true).exactOptional().describe("Present where nothing was looked at; passed is true"),
    detail: z.string().exactOptional().describe("What was found"),
    repaired: z.boolean().describe("Whether the text was repaired"),
  });

export type QualityResult = z.output<ReturnType<typeof qualityData>>;

export interface CheckedText {
  text: string;
  truncated: boolean;
  results: QualityResult[];
}

/** What one check found, and what would repair it. */
export interface Finding {
  passed: boolean;
  /** Nothing was looked at; `detail` says why. */
  skipped?: true;
  detail?: string;
  repair?: Insertion[];
}

export const sound: Finding = { passed: true };
