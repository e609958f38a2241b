export * from "@ollama-bridge/foundation";
export { configPathsIn, foldersUpwards } from "./config/config-file.ts";
export {
  type ConfigSection,
  defineConfigSection,
  type EnvironmentVariable,
  type Narrowed,
  type Narrowing,
} from "./config/config-section.ts";
export { projectNamespace } from "./config/folders.ts";
export {
  type LinearPattern,
  linearPattern,
  loadPatternEngine,
  patternFault,
  syntaxFault,
} from "./config/linear-pattern.ts";
export { onlyLower, taken } from "./config/narrowings.ts";
export { readTrusted, type Trust, writeTrusted } from "./config/project-trust.ts";
export { readSmallFile, type SmallFile } from "./config/read-small-file.ts";
export {
  loadSettings,
  type Settings,
  type SettingsSource,
  settingsFromEnvironment,
} from "./config/settings.ts";
export { logUntrusted, type UntrustedProject } from "./config/untrusted-project.ts";
export { httpSection } from "./http/http-config.ts";
export { createLogger } from "./log/create-logger.ts";
export { logSection } from "./log/log-config.ts";
export { type Logger, type LogLevel, logLevels } from "./log/logger.ts";
export {
  type Composition,
  createServerFactory,
  type ServerFactory,
  type ServerInfo,
} from "./serve/create-server.ts";
export { describeFlags, type FlagDefinitions, parseFlags, serverFlags } from "./serve/flags.ts";
export { Counts, type Metric } from "./serve/metrics.ts";
export { serve } from "./serve/serve.ts";
export { type ServerProgram, serveProgram } from "./serve/serve-program.ts";
export { errorText } from "./tool/answer.ts";
export { type CallOptions, callTool } from "./tool/call-tool.ts";
export { alsoTakes, fromJsonText } from "./tool/coerce-arguments.ts";
export { type Envelope, listedErrorData } from "./tool/envelope.ts";
export { MAX_RESULT_CHARACTERS } from "./tool/fit-size.ts";
export { anonymous, localUser, type Principal, principalKey } from "./tool/principal.ts";
export { type ProgressReporter, silentProgress } from "./tool/progress.ts";
export { definePrompt, type PromptDefinition } from "./tool/prompt.ts";
export type { ResourceDefinition, ResourceTemplateDefinition } from "./tool/resource.ts";
export {
  dataAsText,
  defineTool,
  readOnlyHints,
  runsModel,
  type ToolContext,
  type ToolDefinition,
  type ToolHints,
  type ToolOutput,
} from "./tool/tool.ts";
export {
  type BoundTool,
  bindTools,
  type ErrorDefinitions,
  type Toolset,
  withoutManaging,
} from "./tool/toolset.ts";
export { inputJsonSchema } from "./tool/wire-schema.ts";
