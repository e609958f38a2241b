// Deliberately wrong: the client must not know the router. The layer check has to catch this file.
export { route } from "../../router/src/route.ts";
