import { defineConfig } from "vitest/config";

// What a developer has set for servers of their own is not meant for those of the tests.
for (const name of Object.keys(process.env))
  if (/^(OLLAMA|BRIDGE|MEMORY|REMEMBER|ENGINE|MAX)_|^DEFAULT_TIMEOUT_MS$/.test(name))
    delete process.env[name];

const conditions = ["@ollama-bridge/source", "node", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "apps/*/src/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "apps/*/test/**/*.test.ts",
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
