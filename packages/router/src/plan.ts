import { estimateTokens, type RunRequest } from "@ollama-bridge/core-client";
import { type InstalledModel, installedName, type Tier } from "@ollama-bridge/discovery";
import { invalidArgument } from "@ollama-bridge/foundation";
import { classify } from "./classifier/classify.ts";
import type { ConversationId } from "./conversation-id.ts";
import { tierByComplexity } from "./decision/complexity.ts";
import type { Capability, Demand } from "./decision/demand.ts";
import { groupsOfCategory, groupsOfTier, type ModelLists } from "./decision/model-groups.ts";

/** What is asked of the router. `model` is a name, `auto` or `auto:<category>`. */
export interface RouteRequest extends RunRequest {
  performance?: Tier | undefined;
  /** The conversation that it continues. */
  conversation?: ConversationId | undefined;
  /** Capabilities that the request itself does not show. */
  needs?: readonly Capability[] | undefined;
  /** Tokens that the prompt will have, where it is not there yet. */
  contextTokens?: number | undefined;
  /** Vectors are wanted instead of an answer. */
  embedding?: boolean | undefined;
  /** Everything that was looked at is written down. */
  explain?: boolean | undefined;
}

/** What follows from a request before any machine is looked at. */
export interface RoutePlan {
  /** Never replaced by another model. */
  named: string | undefined;
  category: string;
  /** Undefined when the category was given. */
  confidence: number | undefined;
  tier: Tier;
  demand: Demand;
}

const TOKENS_PER_IMAGE = 600;
const THINKING_FACTOR = 3;

/** Tokens that an answer has, typically. */
const answerTokensOf: Readonly<Record<string, number>> = {
  code: 600,
  math: 500,
  reasoning: 600,
  vision: 250,
  ocr: 500,
  factual: 250,
  fast: 60,
};
const ANSWER_TOKENS = 400;

/** @throws BridgeError VALIDATION_ERROR for a category that there is none of. */
export function planOf(request: RouteRequest, lists: ModelLists): RoutePlan {
  if (request.embedding) return embeddingPlan(request, lists);
  const { given, named } = modelAsked(request.model, lists);
  const prompt = promptOf(request);
  const hasImages = imagesIn(request) > 0;
  const inferred = given === undefined ? classify(prompt, hasImages) : undefined;
  const category = given ?? inferred?.category ?? "general";
  const promptTokens = Math.max(tokensIn(request), request.contextTokens ?? 0);
  const tier = request.performance ?? tierByComplexity(category, promptTokens, prompt);
  const groups = () =>
    given === undefined ? groupsOfTier(category, tier, lists) : groupsOfCategory(category, tier, lists);
  const numCtx = request.options?.num_ctx;
  return {
    named,
    category,
    confidence: inferred?.confidence,
    tier,
    demand: {
      groups: named === undefined ? groups() : [[installedName(lists.fleet, named)]],
      needs: needsOf(request, hasImages),
      promptTokens,
      answerTokens: answerTokens(request, category),
      numCtx: typeof numCtx === "number" ? numCtx : undefined,
      localOnly: request.privacy === "local_only",
    },
  };
}

function embeddingPlan(request: RouteRequest, lists: ModelLists): RoutePlan {
  const { model } = request;
  const named = model === "auto" ? undefined : model;
  const groups =
    named === undefined ? groupsOfTier("embedding", "fast", lists) : [[installedName(lists.fleet, named)]];
  const tokens = { promptTokens: tokensIn(request), answerTokens: 1 };
  const demand: Demand = {
    groups,
    needs: ["embedding"],
    ...tokens,
    localOnly: request.privacy === "local_only",
  };
  return { named, category: "embedding", confidence: undefined, tier: "fast", demand };
}

function modelAsked(model: string, { table }: ModelLists): { given?: string; named?: string } {
  if (model === "auto") return {};
  const given = /^auto:(.+)$/.exec(model)?.[1];
  if (given === undefined) return { named: model };
  if (table.has(given)) return { given };
  const known = [...table.keys()].join(", ");
  throw invalidArgument("category", `there is no ${given}; one of ${known}`, `Categories: ${known}.`);
}

function needsOf({ tools, think, needs = [] }: RouteRequest, hasImages: boolean): Capability[] {
  return [
    ...needs,
    "completion",
    ...(hasImages ? (["vision"] as const) : []),
    ...(tools !== undefined && tools.length > 0 ? (["tools"] as const) : []),
    ...(think !== undefined && think !== false ? (["thinking"] as const) : []),
  ];
}

/** What the user says: the prompt, or the last of the messages that are theirs. */
export function promptOf({ prompt, messages = [] }: RunRequest): string {
  return prompt ?? messages.findLast(({ role }) => role === "user")?.content ?? "";
}

function imagesIn({ images = [], messages = [] }: RouteRequest): number {
  return messages.reduce((sum, message) => sum + (message.images?.length ?? 0), images.length);
}

export function tokensIn(request: RunRequest): number {
  return estimateTokens(request) + imagesIn(request) * TOKENS_PER_IMAGE;
}

function answerTokens({ options, think }: RouteRequest, category: string): number {
  const typical = answerTokensOf[category] ?? ANSWER_TOKENS;
  const limit = options?.num_predict;
  const tokens = think !== undefined && think !== false ? typical * THINKING_FACTOR : typical;
  return typeof limit === "number" && limit > 0 ? Math.min(limit, tokens) : tokens;
}

/** Capabilities a server tells; of the catalog's only that a model embeds and cannot chat is sure. */
export function capabilitiesOf(
  { name, capabilities }: InstalledModel,
  { catalog }: Pick<ModelLists, "catalog">,
): readonly string[] | undefined {
  if (capabilities !== undefined) return capabilities;
  const known = catalog.get(name)?.capabilities;
  return known?.includes("embedding") ? known : undefined;
}
