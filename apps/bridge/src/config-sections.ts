import { consultSection } from "@ollama-bridge/consult/toolset";
import { limitsSection } from "@ollama-bridge/core-client/config";
import { discoverySection, instancesSection } from "@ollama-bridge/discovery/toolset";
import { memorySection } from "@ollama-bridge/memory/toolset";
import { responsesSection } from "@ollama-bridge/messages/config";
import { routingSection } from "@ollama-bridge/router/toolset";
import { type ConfigSection, httpSection, logSection } from "@ollama-bridge/server-kit";
import { toolsSection } from "./tools-config.ts";

/** Every section there is: in the bridge another key of the file is an error. */
export const configSections: ConfigSection[] = [
  instancesSection,
  discoverySection,
  routingSection,
  consultSection,
  memorySection,
  responsesSection,
  limitsSection,
  httpSection,
  toolsSection,
  logSection,
];
