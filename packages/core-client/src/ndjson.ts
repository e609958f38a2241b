/**
 * The JSON values of a newline-delimited body, wherever the transport cut it: in the middle of a line or of a
 * character. A last line without a newline counts.
 * @throws SyntaxError for a line that is not JSON.
 */
export async function* parseJsonLines<Line>(body: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    if (!rest.includes("\n")) continue;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as Line;
  }
  rest += decoder.decode();
  if (rest.trim() !== "") yield JSON.parse(rest) as Line;
}
