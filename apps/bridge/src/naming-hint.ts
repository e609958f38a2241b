/** A server that nobody named. */
export interface UnnamedServer {
  name: string;
  url: string;
}

/** OLLAMA_INSTANCES as it is, and these servers. */
export function instancesVariable(servers: readonly UnnamedServer[], env: NodeJS.ProcessEnv): string {
  const named = [env.OLLAMA_INSTANCES?.trim() ?? "", ...servers.map(({ name, url }) => `${name}=${url}`)];
  return `OLLAMA_INSTANCES=${named.filter(Boolean).join(",")}`;
}

/** What makes a server used that nobody named. */
export function namingHint(server: UnnamedServer, env: NodeJS.ProcessEnv): string {
  const { name, url } = server;
  const entry = `{ name: ${JSON.stringify(name)}, url: ${JSON.stringify(url)} }`;
  return `If it is yours, name it: ${instancesVariable([server], env)}, or in the configuration instances: [${entry}].`;
}
