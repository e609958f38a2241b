// Imported into a process that is measured where there is no /proc: answers every message with the CPU time so far, in ms.
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send((user + system) / 1000);
});
process.channel.unref();
