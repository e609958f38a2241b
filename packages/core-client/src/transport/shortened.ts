import { cut } from "@ollama-bridge/foundation";

/** Of what a server says of its error. */
const MAX_MESSAGE_CHARACTERS = 2_000;

/** What a server says, no longer than anybody reads. */
export const shortened = (text: string) => cut(text, MAX_MESSAGE_CHARACTERS);
