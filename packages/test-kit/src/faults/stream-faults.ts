import type { ServerResponse } from "node:http";
import { runnerTerminated } from "./fault-answers.ts";
import type { Fault } from "./fault-script.ts";

/** What the protocol sends, on its way to the connection. */
type Body = {
  write(text: string): boolean;
  end(text?: string): void;
};

/** Makes the fault happen between what the protocol writes and the connection, where it is one of streams. */
export function disturbStream(fault: Fault, response: ServerResponse): void {
  const body: Body = {
    write: response.write.bind(response),
    end: response.end.bind(response),
  };
  const disturbed = disturbedBody(fault, body, response);
  if (disturbed) Object.assign(response, disturbed);
}

function disturbedBody(fault: Fault, body: Body, response: ServerResponse): Body | undefined {
  switch (fault.kind) {
    case "reset-after-tokens":
      return afterTokens(
        fault.tokens,
        body,
        () => void setImmediate(() => response.socket?.resetAndDestroy()),
      );
    case "hang-after-tokens":
      return afterTokens(fault.tokens, body, () => undefined);
    case "cut-after-tokens":
      return afterTokens(
        fault.tokens,
        body,
        () => {
          stopGeneration(response);
          body.end();
        },
        () => response.socket?.destroySoon(),
      );
    case "error-after-tokens":
      return afterTokens(fault.tokens, body, () => {
        stopGeneration(response);
        body.end(`${JSON.stringify({ error: fault.message ?? runnerTerminated().message })}\n`);
      });
    case "last-line":
      return afterTokens(fault.tokens, body, () => {
        stopGeneration(response);
        body.end(`${fault.line}\n`);
      });
    case "join-lines":
      return joinLines(fault.lines, body);
    case "slow":
      return slowly(fault.factor, body, response);
    default:
      return;
  }
}

/**
 * Lets so many lines through, then acts once and lets nothing through any more. Of an answer that is not streamed a
 * half is let through, and `actInside` is how that one ends.
 */
function afterTokens(tokens: number, body: Body, act: () => void, actInside = act): Body {
  let left = tokens;
  let acted = false;
  const once = (action: () => void) => {
    if (!acted) action();
    acted = true;
    return false;
  };
  return {
    write(line) {
      if (acted || left === 0 || line.includes('"done":true')) return once(act);
      left -= 1;
      return body.write(line);
    },
    end(text) {
      if (acted || text === undefined) return void once(act);
      if (tokens > 0) body.write(text.slice(0, text.length / 2));
      once(actInside);
    },
  };
}

/** The protocol sees its client gone, which ends the run of the model; the response itself stays open. */
function stopGeneration(response: ServerResponse): void {
  response.emit("close");
}

function joinLines(count: number, body: Body): Body {
  let lines: string[] = [];
  const flush = () => {
    const text = lines.join("");
    lines = [];
    return text;
  };
  return {
    write(line) {
      lines.push(line);
      return lines.length < count ? true : body.write(flush());
    },
    end: (text = "") => body.end(flush() + text),
  };
}

/** Sends each text when so many times the time has passed that it took to come; the sender waits meanwhile. */
function slowly(factor: number, body: Body, response: ServerResponse): Body {
  let lastAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  response.once("close", () => clearTimeout(timer));
  const later = (send: () => void) => {
    const waitMs = (performance.now() - lastAt) * (factor - 1);
    timer = setTimeout(() => {
      send();
      lastAt = performance.now();
      response.emit("drain");
    }, waitMs);
    return false;
  };
  return { write: (line) => later(() => body.write(line)), end: (text) => void later(() => body.end(text)) };
}
