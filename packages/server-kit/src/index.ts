export { errorText } from "./answer.ts";
export { type CallOptions, callTool } from "./call-tool.ts";
export { configPathsIn, foldersUpwards } from "./config-file.ts";
export {
  type ConfigSection,
  defineConfigSection,
  type EnvironmentVariable,
  type Narrowed,
  type Narrowing,
} from "./config-section.ts";
export { createLogger } from "./create-logger.ts";
export {
  type Composition,
  createServerFactory,
  type ServerFactory,
  type ServerInfo,
} from "./create-server.ts";
export { randomId, sha256 } from "./digest.ts";
export { endTree, endWithThisProcess } from "./end-with-process.ts";
export type { Envelope } from "./envelope.ts";
export * from "./errors.ts";
export { decodeText, readUpTo, textEncoding } from "./file-content.ts";
export { MAX_RESULT_CHARACTERS } from "./fit-size.ts";
export { describeFlags, type FlagDefinitions, parseFlags, serverFlags } from "./flags.ts";
export { httpSection } from "./http/http-config.ts";
export * from "./input-limits.ts";
export { isRecord } from "./is-record.ts";
export {
  type LinearPattern,
  linearPattern,
  loadPatternEngine,
  patternFault,
  syntaxFault,
} from "./linear-pattern.ts";
export { logSection } from "./log-config.ts";
export { logUntrusted } from "./log-untrusted.ts";
export { type Logger, type LogLevel, logLevels } from "./logger.ts";
export { Counts, type Metric } from "./metrics.ts";
export { onlyLower, taken } from "./narrowings.ts";
export { anonymous, localUser, type Principal, principalKey } from "./principal.ts";
export { printable } from "./printable.ts";
export { type ProgressReporter, silentProgress } from "./progress.ts";
export { projectNamespace } from "./project-namespace.ts";
export { readTrusted, type Trust, writeTrusted } from "./project-trust.ts";
export { definePrompt, type PromptDefinition } from "./prompt.ts";
export { readSmallFile, type SmallFile } from "./read-small-file.ts";
export type { ResourceDefinition, ResourceTemplateDefinition } from "./resource.ts";
export { withoutManaging } from "./select-tools.ts";
export { serve } from "./serve.ts";
export { type ServerProgram, serveProgram } from "./serve-program.ts";
export {
  loadSettings,
  type Settings,
  type SettingsSource,
  settingsFromEnvironment,
} from "./settings.ts";
export {
  defineTool,
  looksUp,
  runsModel,
  type ToolContext,
  type ToolDefinition,
  type ToolHints,
  type ToolOutput,
} from "./tool.ts";
export { type BoundTool, bindTools, type Toolset } from "./toolset.ts";
export type { UntrustedProject } from "./untrusted-project.ts";
export { visible, visibleLine } from "./visible.ts";
export { inputJsonSchema } from "./wire-schema.ts";
