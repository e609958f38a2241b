/** Resolves when the work has ended or when so long has passed; the work goes on. Rejects when it fails before. */
export async function waitAtMost(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  try {
    await Promise.race([limit, work]);
  } finally {
    clearTimeout(timer);
  }
}
