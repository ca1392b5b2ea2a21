/** What went wrong with a request, as the API says it: a code, words for a person, and the fields concerned. */
export interface Issue {
  path: string;
  message: string;
}

export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly issues: Issue[];
  constructor(status: number, code: string, message: string, issues: Issue[] = []) {
    super(message);
    this.name = "ApiProblem";
    this.status = status;
    this.code = code;
    this.issues = issues;
  }
}

/** The server could not be reached at all, or somebody between us and it answered. */
export class Unreachable extends Error {
  constructor() {
    super("The workspace cannot be reached.");
    this.name = "Unreachable";
  }
}

interface ErrorBody {
  error?: { code?: string; message?: string; issues?: Issue[] };
}

export function problemOf(status: number, body: unknown): ApiProblem {
  const { error } = (typeof body === "object" && body !== null ? body : {}) as ErrorBody;
  return new ApiProblem(
    status,
    error?.code ?? "unexpected",
    error?.message ?? `The workspace answered ${status}.`,
    error?.issues ?? [],
  );
}

/** Words for any error, for where there is only room for a line. */
export function saying(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The issue of one field. Paths come as `args.message` or `message`; both mean the same field of a form. */
export function issueAt(error: unknown, ...paths: string[]): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  return error.issues.find(({ path }) => paths.includes(path))?.message;
}
