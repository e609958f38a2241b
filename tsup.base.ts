import { resolve } from "node:path";
import type { Options } from "tsup";
import { thirdPartyNotices } from "./tsup.notices.ts";
import { oneFileToStart } from "./tsup.one-file.ts";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** The library entries of a package: one module each, dependencies left to the installer. */
export const library = (entry: string[]): Options => ({
  entry,
  format: "esm",
  target: "node22.19",
  platform: "node",
  splitting: true,
  clean: false,
  dts: false, // declarations come from `tsc`, which tsup cannot drive under TypeScript 7
  esbuildOptions: (options) => {
    options.conditions = ["@ollama-bridge/source"];
    options.minifyWhitespace = true; // names stay, for stack traces; without it one server installs more than 6 MB
  },
});

/**
 * Puts `contents` in the place of the module `name`, found as from `folder`: a bundle carries all of a CommonJS
 * package, or one dependency twice, unless it is told what of it is used. A name that is missing here fails the build.
 */
const instead = (name: string, folder: string, contents: string): Plugin => ({
  name: `instead of ${name}`,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: "instead" }));
    onLoad({ filter: new RegExp(`^${name}$`), namespace: "instead" }, () => ({
      contents,
      resolveDir: resolve("../../packages", folder),
    }));
  },
});

const replacements = [
  // Of undici the pools alone: its fetch, mocks, caches and sockets are 250 kB.
  instead(
    "undici",
    "core-client",
    `import Dispatcher from "undici/lib/dispatcher/dispatcher.js";
     import calls from "undici/lib/api/index.js";
     Object.assign(Dispatcher.prototype, calls);
     export { default as buildConnector } from "undici/lib/core/connect.js";
     export { default as EnvHttpProxyAgent } from "undici/lib/dispatcher/env-http-proxy-agent.js";
     export { default as Pool } from "undici/lib/dispatcher/pool.js";`,
  ),
  // Of yaml what reads: as Node gets it, in CommonJS, a bundle would carry all of it.
  instead(
    "yaml",
    "server-kit",
    `export { isScalar, Lexer, LineCounter, parseDocument, visit } from "./node_modules/yaml/browser/dist/index.js";`,
  ),
  // The SDK's server and its client each hold the same validator, of 150 kB. A server checks with it what a client
  // answers to its questions, and ours ask none.
  instead(
    "@modelcontextprotocol/server/_shims",
    "server-kit",
    `export { default as process } from "node:process";
     export class DefaultJsonSchemaValidator {
       getValidator() { throw new Error("this server asks its client nothing"); }
     }`,
  ),
  // A client checks with it what tools answer that promise a shape. Ours read what they get with schemas of their own.
  instead(
    "@modelcontextprotocol/client/_shims",
    "memory",
    `export const CORS_IS_POSSIBLE = false;
     export class DefaultJsonSchemaValidator {
       getValidator() { return (data) => ({ valid: true, data, errorMessage: undefined }); }
     }`,
  ),
  // A client signs with it what it says to a server that gives out tokens. Ours bring keys of their own.
  instead("jose", "memory", `throw new Error("this client signs nothing");`),
];

/** What runs the patterns of routing rules, of 150 kB: only servers that route ask for it. */
const PATTERN_ENGINE = "re2js";

/**
 * What the executable of a single server takes from its own dependencies: undici, which its library needs anyway, and the
 * driver of Postgres, which only those install who use one.
 */
export const installed = { external: ["undici/lib", "pg"] };

/** What reads and draws PDFs: it comes with the bridge in part, and beside a single server those install it who want it. */
export const pdfLibraries = ["pdfjs-dist", "@napi-rs/canvas"];

/** The thread that reads a PDF, a file of its own beside every executable that takes one. */
export const pdfWorker = { "pdf-worker": resolve("../../packages/core-client/src/files/pdf/pdf-worker.ts") };

/** What parses code: it comes with the bridge, and beside a single server those install it who want code looked at. */
export const codeParsers = ["@lezer/java", "@lezer/javascript", "@lezer/json", "@lezer/python"];

/** The thread that parses the code of answers, a file of its own beside every executable that looks at answers. */
export const codeWorker = {
  "code-worker": resolve("../../packages/messages/src/quality/code/code-worker.ts"),
};

/**
 * The executable of a package: everything it needs in one folder of chunks, so that starting reads one file
 * and what is imported lazily stays unread.
 */
export const executable = (
  entry: Record<string, string>,
  { external = [], routes = false }: { external?: string[]; routes?: boolean } = {},
): Options => ({
  ...library([]),
  entry,
  minify: true,
  noExternal: [new RegExp(`^(?!(${left(external, routes).join("|")})(/|$))`)],
  external: left(external, routes),
  esbuildPlugins: [...replacements, thirdPartyNotices, oneFileToStart],
  // undici's own switch for bundles: it leaves out a second HTTP parser, of 165 kB, that is an experiment.
  define: { esbuildDetection: "true" },
  // CommonJS dependencies ask for Node's built-in modules through `require`.
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
});

/** What stays out of a bundle; a name that nothing has stands for nothing at all. */
const left = (external: string[], routes: boolean) => [...external, routes ? "nothing-else" : PATTERN_ENGINE];
