import { existsSync, readFileSync } from "node:fs";

/** What reads PDFs, in the versions that this program was made for. */
const PARTS = "-p pdfjs-dist@6 -p @napi-rs/canvas@1";

/** The one command that brings what reads and draws PDFs: it starts the server whose file this is, with it. */
export function pdfCommand(): string {
  const { name, bin } = ownManifest();
  const [program = name] = Object.keys(bin);
  return `Start the server with it: \`npx -y -p ${name} ${PARTS} ${program}\`.`;
}

function ownManifest(): { name: string; bin: Record<string, string> } {
  let folder = new URL(".", import.meta.url);
  while (!existsSync(new URL("package.json", folder))) folder = new URL("..", folder);
  return JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
}
