/** The one place that turns what went wrong into an answer. */
import { Lost, Refusal, TryAgain } from "@tw/shared/errors";
import type * as z from "zod";

/** One and the same answer for what is unknown and what is somebody else's. */
export function notFound(noun: string): Refusal {
  return new Refusal("not_found", `There is no ${noun} with this id or name in your workspace.`);
}

/** Turns zod's issues into ours: a dotted path each, one issue per unknown field. */
export function issuesOf(error: z.ZodError, prefix = ""): { path: string; message: string }[] {
  const issues: { path: string; message: string }[] = [];
  const add = (path: PropertyKey[], message: string) => {
    const dotted = [...(prefix ? [prefix] : []), ...path.map(String)].join(".");
    if (!issues.some((issue) => issue.path === dotted && issue.message === message))
      issues.push({ path: dotted, message });
  };
  const walk = (list: readonly z.core.$ZodIssue[], base: PropertyKey[]) => {
    for (const issue of list) {
      const path = [...base, ...issue.path];
      if (issue.code === "unrecognized_keys")
        for (const key of issue.keys) add([...path, key], "unknown field");
      else if (issue.code === "invalid_union" && issue.errors.length > 0) {
        // The alternative that got furthest is the one that was meant.
        const nearest = [...issue.errors].sort((a, b) => rank(b) - rank(a))[0];
        if (nearest && rank(nearest) > 0) walk(nearest, path);
        else add(path, issue.message);
      } else add(path, issue.message);
    }
  };
  walk(error.issues, []);
  return issues.slice(0, 50);
}
/** Deep paths and unknown fields say that the shape was nearly right; a wrong type at the top says it was another shape. */
function rank(issues: readonly z.core.$ZodIssue[]): number {
  if (issues.length === 0) return 0;
  const top = issues.some((issue) => issue.path.length === 0 && issue.code === "invalid_type");
  return top ? 0 : Math.max(1, ...issues.map((issue) => issue.path.length + 1)) - issues.length / 100;
}

/** A request whose shape is wrong, naming each field. */
export function badShape(what: string, error: z.ZodError): Refusal {
  const issues = issuesOf(error);
  const first = issues[0];
  const said = first ? `: ${first.path ? `"${first.path}": ` : ""}${first.message}` : "";
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return new Refusal("bad_request", `The ${what} is not right${said}${more}.`, { issues });
}

/** Whatever was thrown, as the refusal the caller is told. What is not the caller's fault is logged and not described. */
export function refusalOf(error: unknown, requestId: string): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof Lost)
    return new Refusal(
      "conflict",
      "Somebody else changed this at the same moment. Read it again, then decide.",
    );
  if (error instanceof TryAgain)
    return new Refusal("unavailable", error.message, { retryAfterS: Math.max(1, Math.ceil(error.afterS)) });
  console.error(
    `Request ${requestId} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  if (isTransient(error))
    return new Refusal("unavailable", `The database did not answer. Try again. (request ${requestId})`, {
      retryAfterS: 1,
    });
  return new Refusal(
    "internal",
    `Something failed on our side. Quote request ${requestId} when you report it.`,
  );
}

/** The answer to a refusal, with the headers its status asks for. */
export function refusalResponse(refusal: Refusal, headers: { [name: string]: string } = {}): Response {
  const extra: { [name: string]: string } = { ...headers };
  if (refusal.retryAfterS !== undefined) extra["Retry-After"] = String(refusal.retryAfterS);
  if (refusal.status === 401) extra["WWW-Authenticate"] = 'Bearer realm="workspace"';
  return Response.json(refusal.body(), { status: refusal.status, headers: extra });
}

/** Could the same request succeed a moment later? A constraint or a wrong statement never does. */
function isTransient(error: unknown): boolean {
  const text = String(error);
  if (/SQLITE_(CONSTRAINT|ERROR|TOOBIG|MISMATCH|RANGE|AUTH)|syntax error|too many SQL/i.test(text))
    return false;
  return /D1_ERROR|overloaded|Network connection lost|reset because|storage|timed? ?out/i.test(text);
}
