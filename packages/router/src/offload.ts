import type { Tier } from "@ollama-bridge/discovery";
import { estimateTokens } from "@ollama-bridge/foundation";
import { classify } from "./classifier/classify.ts";
import { tierByComplexity } from "./decision/complexity.ts";

/** What decides whether a prompt is given away. */
export interface OffloadPolicy {
  /** Longest context among the models that may be used, in tokens; absent: unknown. */
  contextTokens?: number | undefined;
  /** Tiers that installed models have; absent: unknown. An empty list: there is no model. */
  tiers?: readonly Tier[] | undefined;
  /** Whether images can be looked at. */
  vision?: boolean | undefined;
  /** Categories that stay with the client; default: none but what is complex. */
  keep?: readonly string[] | undefined;
}

/** The answer of `shouldOffload`, with its reasons. */
export interface OffloadDecision {
  offload: boolean;
  category: string;
  /** 0 to 1. */
  confidence: number;
  tier: Tier;
  /** The text must not leave private machines. */
  localOnly: boolean;
  reasons: string[];
}

const privateWords =
  /\b(private|confidential|internal( use)?|secrets?|sensitive|proprietary|customer data|personal data|passwords?|credentials|medical|salary|salaries|nda|gdpr|vertraulich\w*|geheim\w*|intern\w*|personenbezogen\w*|kundendaten|confidencial\w*|privad[oa]s?|secret[oa]s?|datos personales|confidentiel\w*|privée?s?|données personnelles)\b/i;

/** Low in complexity, high in volume: what a small model does as well. */
const routineWords =
  /\b(summari[sz]e\w*|classify|categori[sz]e|extract|translate|reformat|convert|rename|boilerplate|tag|label|list|log lines?|rewrite|proofread|zusammenfass\w*|fasse|klassifizier\w*|extrahier\w*|übersetze|resume|resumir|clasifica\w*|extrae|traduce|résume\w*|classe[rz]?|extrais|traduis)\b/i;

/** What wants the client's own reasoning and its whole context. */
const entangledWords =
  /\b(root cause|investigate|debug this|why does (it|this|my)|race condition|architecture|across the (code ?base|repository)|security review|design decision|public (api|library)|ursache|warum (stürzt|schlägt)|architektur|por qué falla|arquitectura|pourquoi .{0,200}(échoue|plante))\b/i;

/**
 * Tells whether a prompt is better given to a model of the fleet than answered by the client itself: yes or no, with the
 * reasons. Privacy decides before everything else, then whether the fleet can, then what kind of work it is.
 */
export function shouldOffload(prompt: string, policy: OffloadPolicy = {}): OffloadDecision {
  const { category, confidence } = classify(prompt);
  const tokens = estimateTokens(prompt);
  const tier = tierByComplexity(category, tokens, prompt);
  const localOnly = privateWords.test(prompt);
  const { offload, reasons } = decide({ prompt, category, tokens, tier, localOnly, policy });
  return { offload, category, confidence, tier, localOnly, reasons };
}

function decide(facts: {
  prompt: string;
  category: string;
  tokens: number;
  tier: Tier;
  localOnly: boolean;
  policy: OffloadPolicy;
}): { offload: boolean; reasons: string[] } {
  const { prompt, category, tokens, tier, localOnly, policy } = facts;
  const { tiers, contextTokens, vision, keep = [] } = policy;
  const no = (reason: string) => ({ offload: false, reasons: [reason] });
  const yes = (reason: string) => ({ offload: true, reasons: [reason] });
  if (tiers?.length === 0) return no("no model is installed that could take it");
  if (contextTokens !== undefined && tokens > contextTokens)
    return no(`about ${tokens} tokens, more than the ${contextTokens} that the installed models take`);
  if ((category === "vision" || category === "ocr") && vision === false)
    return no("no installed model sees images");
  if (localOnly) return yes("it speaks of private matters: a model on a private machine keeps them there");
  if (keep.includes(category)) return no(`the operator keeps ${category} tasks with the client`);
  if (routineWords.test(prompt)) return yes("routine work that does not need a frontier model");
  if (entangledWords.test(prompt)) return no("it wants the client's own reasoning and all of its context");
  if (tier === "powerful" && tiers !== undefined && !tiers.includes("powerful"))
    return no("it is complex and no powerful model is installed");
  if (tier === "powerful") return no("it is complex: a smaller model would not do it as well");
  if (category === "agentic") return no("it uses tools, which the client has");
  return yes(`a ${tier} model does a ${category} task of this kind well`);
}
