import { expect, test } from "vitest";
import { startDiscovery } from "../../test/discovery-server.ts";

test("shows load, speeds, errors and breakers of each instance, and the sections of toolsets above", async () => {
  const sections = [
    { name: "experiments", read: () => ({ arms: 2 }) },
    { name: "nothing", read: () => undefined },
  ];
  const { client, fleet, servers } = await startDiscovery([{ models: [{ name: "phi4" }] }], { sections });
  const name = `localhost:${servers[0]?.port}`;
  const idle = await client.callTool("fleet_status", {});
  expect(idle.structuredContent?.data).toEqual({
    instances: [
      {
        name,
        status: "healthy",
        in_flight: 0,
        queue_estimate_s: 0,
        latency_ms: expect.any(Number),
        tokens_per_second: {},
        error_rate: 0,
        breaker: "closed",
        since: expect.stringMatching(/Z$/),
      },
    ],
    experiments: { arms: 2 },
  });

  const [instance] = fleet.instances;
  if (instance === undefined) throw new Error("not found");
  const attempt = { instance, model: "phi4:latest", startedMs: performance.now() };
  fleet.observe({ ...attempt, outcome: "answered", answerTokens: 50, generateMs: 2_000 });
  const reservation = fleet.reserve(instance, "phi4:latest", 60_000);
  const busy = await client.callTool("fleet_status", {});
  expect(busy.structuredContent).toMatchObject({
    data: {
      instances: [{ name, status: "busy", in_flight: 1, tokens_per_second: { "phi4:latest": 25 } }],
    },
  });
  reservation.release();

  for (let failure = 0; failure < 3; failure++) fleet.observe({ ...attempt, outcome: "server-error" });
  const failing = await client.callTool("fleet_status", {});
  expect(failing.structuredContent).toMatchObject({
    data: { instances: [{ name, status: "degraded", in_flight: 0, breaker: "open" }] },
  });
  expect(failing.content[0]?.text).toContain(`| ${name} | degraded |`);
});
