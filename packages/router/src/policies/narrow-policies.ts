import { isRecord } from "@ollama-bridge/foundation";
import { type Narrowing, syntaxFault, taken } from "@ollama-bridge/server-kit";
import type { Policy } from "./policy-schema.ts";

/** What `use` can name beside privacy: where prompts go. */
const TARGETS: ReadonlySet<string> = new Set(["models", "instances", "regions", "tags", "tier"]);

/**
 * What policies of a project's file can do while nobody trusts it: keep prompts on private machines, and forbid. They
 * come after the operator's, so that none of those is dropped in their favor.
 */
export const narrowPolicies: Narrowing<Policy[]> = {
  how: "only `use.privacy` and `forbid`, for every prompt or by category, length or tool",
  narrow(raw) {
    if (!Array.isArray(raw)) return taken(raw);
    const policies = raw.map((policy: unknown, index) => narrowPolicy(policy, `[${index}]`));
    return {
      value: policies.map(({ value }) => value),
      counted: policies.flatMap(({ counted }) => counted),
      ignored: policies.flatMap(({ ignored }) => ignored),
    };
  },
  merge(operators, projects) {
    // What a project forbids must not push a prompt from here to a cloud, so it stays on private machines; of the two
    // only the privacy is never dropped.
    const apart = projects.flatMap(({ forbid, use, ...policy }): Policy[] => {
      if (forbid === undefined) return use === undefined ? [] : [{ ...policy, use }];
      return [
        { ...policy, use: { ...use, privacy: "local_only" } },
        { ...policy, forbid },
      ];
    });
    return [...operators, ...apart];
  },
};

/** The policy with all else left out; what is no policy is left for the schema to refuse. */
function narrowPolicy(policy: unknown, at: string) {
  if (!isRecord(policy)) return { value: policy, counted: [], ignored: [] };
  const { name, use, when, forbid } = policy;
  // Answers quote the name: nothing of somebody else's text belongs in there.
  const value = { ...policy };
  if (typeof name === "string") value.name = `${at} of the project`;
  const ignored: string[] = [];
  const counted = forbid === undefined ? [] : [`${at}.forbid`];
  if (isRecord(use)) {
    const kept = Object.entries(use).filter(([key]) => !TARGETS.has(key));
    for (const key of TARGETS) if (use[key] !== undefined) ignored.push(`${at}.use.${key}`);
    value.use = kept.length > 0 ? Object.fromEntries(kept) : undefined;
    if (use.privacy !== undefined) counted.push(`${at}.use.privacy`);
  }
  if (isRecord(when) && when.prompt_matches !== undefined) {
    const { prompt_matches: pattern, ...conditions } = when;
    // Somebody else's pattern is not run. One that never could be is refused all the same, as in every file.
    if (typeof pattern !== "string" || syntaxFault(pattern) === undefined) value.when = conditions;
    ignored.push(`${at}.when.prompt_matches`);
  }
  return { value, counted, ignored };
}
