// Of core-client's toolset this alone: imported as a whole, a bundle would carry all of its tools.
export { connectModels } from "@ollama-bridge/core-client/toolset";
