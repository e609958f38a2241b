/** Says how one of our servers is started with the driver of Postgres, which does not come with it. */
export const driverHint = (server: "memory" | "consult") =>
  `Start the server with it: \`npx -y -p @ollama-bridge/${server} -p pg ollama-bridge-${server}\`.`;
