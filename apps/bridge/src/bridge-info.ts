import manifest from "../package.json" with { type: "json" };

export const bridgeInfo = { name: "ollama-bridge", title: "Ollama Bridge", version: manifest.version };
export const packageName = manifest.name;
