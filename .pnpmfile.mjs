// The `@ollama-bridge/source` condition lets tests and type checks run without a build. It names files that are not in the
// published package, so it goes when the package is packed.
export const hooks = {
  beforePacking(manifest) {
    for (const target of Object.values(manifest.exports ?? {})) delete target["@ollama-bridge/source"];
    return manifest;
  },
};
