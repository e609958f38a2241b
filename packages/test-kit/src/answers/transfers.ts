import { setTimeout as sleep } from "node:timers/promises";
import {
  type Call,
  type CreateRequest,
  OllamaHttpError,
  type ProgressLine,
  type TransferRequest,
} from "@ollama-bridge/engine/protocol";
import type { Kit } from "../kit.ts";
import { fullName, sha256 } from "../models/model-store.ts";
import type { Pull } from "../models/pull-script.ts";

const unreachable = (method: string, path: string) =>
  new OllamaHttpError(
    500,
    `${method} "https://registry.ollama.ai/v2/library/${path}": dial tcp: lookup registry.ollama.ai on 127.0.0.53:53: no such host`,
  );

function manifestUnreachable(name: string): OllamaHttpError {
  const [path, tag] = fullName(name).split(":");
  return new OllamaHttpError(
    500,
    `pull model manifest: ${unreachable("Get", `${path}/manifests/${tag}`).message}`,
  );
}

const manifestMissing = () => new OllamaHttpError(500, "pull model manifest: file does not exist");

/** Where the file would be that an installed model has. */
function manifestFileMissing(name: string): string {
  const [path = "", tag] = fullName(name).split(":");
  return `open /models/manifests/registry.ollama.ai/${path.includes("/") ? path : `library/${path}`}/${tag}: no such file or directory`;
}

/** Pulls a scripted model, which is then on the list; any other name is not in the registry. */
export async function* pull(kit: Kit, request: TransferRequest, call: Call): AsyncGenerator<ProgressLine> {
  const script = kit.options.pulls.find(({ model }) => fullName(model.name) === fullName(request.model));
  yield { status: "pulling manifest" };
  if (kit.options.registry === "unreachable" || script?.fails === "unreachable")
    throw manifestUnreachable(request.model);
  if (!script) throw manifestMissing();
  yield* bytes(kit, script, call);
  const at = { path: "/api/pull", model: request.model };
  await kit.gates.reach("done", at, call.signal);
  for (const status of ["verifying sha256 digest", "writing manifest"]) yield { status };
  kit.models.add({ ...script.model, name: request.model });
  yield { status: "success" };
}

async function* bytes(kit: Kit, pulled: Pull, { signal }: Call): AsyncGenerator<ProgressLine> {
  const { model, steps, bytesPerSecond, fails } = pulled;
  const total = model.size_bytes;
  const digest = `sha256:${model.digest ?? sha256(model.name)}`;
  const status = `pulling ${digest.slice(7, 19)}`;
  for (let step = 0; step <= steps; step += 1) {
    await kit.gates.reach(`token-${step + 1}`, { path: "/api/pull", model: model.name }, signal);
    if (step > 0 && bytesPerSecond > 0)
      await sleep((total / steps / bytesPerSecond) * 1000, undefined, { signal });
    signal.throwIfAborted();
    if (fails === "disk-full" && step > steps / 2)
      throw new OllamaHttpError(
        500,
        `write /models/blobs/${digest.replace(":", "-")}-partial: no space left on device`,
      );
    yield { status, digest, total, completed: Math.floor((total * step) / steps) };
  }
}

/** Pushes an installed model to the scripted registry, which keeps nothing. */
export async function* push(kit: Kit, name: string): AsyncGenerator<ProgressLine> {
  const model = kit.models.find(name);
  if (!model) {
    yield { status: "retrieving manifest" };
    yield { status: "couldn't retrieve manifest" };
    throw new OllamaHttpError(500, manifestFileMissing(name));
  }
  const digest = `sha256:${model.digest}`;
  yield { status: "retrieving manifest" };
  if (kit.options.registry === "unreachable")
    throw unreachable("Head", `${model.name.split(":")[0]}/blobs/${digest}`);
  const total = model.size_bytes;
  for (const completed of [0, total])
    yield { status: `pushing ${digest.slice(7, 19)}`, digest, total, completed };
  for (const status of ["pushing manifest", "success"]) yield { status };
}

/** Makes a model from an installed one. */
export async function* create(kit: Kit, request: CreateRequest): AsyncGenerator<ProgressLine> {
  const { model: name, from = "", system, template, license, parameters } = request;
  if (!from) throw new OllamaHttpError(400, "neither 'from' or 'files' was specified");
  const base = kit.models.find(from);
  if (!base) throw kit.options.registry === "unreachable" ? manifestUnreachable(from) : manifestMissing();
  const layers = [base.digest, sha256(base.template), sha256(`${system}`)];
  for (const layer of layers) yield { status: `using existing layer sha256:${layer}` };
  yield { status: "writing manifest" };
  const lines = Object.entries(parameters ?? {}).map(
    ([key, value]) => `${key.padEnd(30)} ${JSON.stringify(value)}`,
  );
  const { modified_at: _, ...script } = base;
  kit.models.add({
    ...script,
    name,
    digest: sha256(`${name} ${layers.join()}`),
    ...(system === undefined ? {} : { system }),
    ...(template === undefined ? {} : { template }),
    ...(license === undefined ? {} : { license: [license].flat().join("\n") }),
    ...(lines.length ? { parameters: lines.join("\n") } : {}),
  });
  yield { status: "success" };
}
