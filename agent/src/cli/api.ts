/** The workspace's HTTP API, as the command line uses it. */

/** What the API refused, in its own words; `status` 0 means it could not be reached. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Step {
  id: string;
  command: string;
  status: string;
  attempt: number;
  exit_code: number | null;
  error: { code: string; message: string } | null;
}
export interface Run {
  id: string;
  command: string;
  status: string;
  created_at: number;
  note: string | null;
  steps: Step[];
  checkpoints: { id: string; name: string; prompt: string; status: string; step: string }[];
  error: { code: string; message: string } | null;
}
export const TERMINAL = ["succeeded", "failed", "rejected", "cancelled"];

export class Api {
  readonly #url: string;
  readonly #token: string;
  constructor(options: { url?: string; token?: string }, env: NodeJS.ProcessEnv) {
    const url = options.url ?? env.TW_URL;
    const token = options.token ?? env.TW_TOKEN;
    if (!url) throw new ApiError(0, "No workspace given: use --url https://… or set TW_URL.");
    if (!token) throw new ApiError(0, "No token given: set TW_TOKEN to a token of yours.");
    this.#url = url.replace(/\/+$/, "");
    this.#token = token;
  }

  async get<T>(path: string): Promise<T> {
    return (await this.#send("GET", path)).json() as Promise<T>;
  }
  async text(path: string): Promise<string> {
    return (await this.#send("GET", path, undefined, "text/plain")).text();
  }
  async post<T>(path: string, body: unknown): Promise<T> {
    return (await this.#send("POST", path, body)).json() as Promise<T>;
  }

  async #send(method: string, path: string, body?: unknown, accept = "application/json"): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.#token}`, accept };
    if (body !== undefined) headers["content-type"] = "application/json";
    let response: Response;
    try {
      response = await fetch(`${this.#url}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const cause = (error as Error).cause as Error | undefined;
      throw new ApiError(0, `${this.#url} does not answer: ${cause?.message ?? (error as Error).message}`);
    }
    if (!response.ok) throw new ApiError(response.status, await refusal(response));
    return response;
  }
}

async function refusal(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as {
      error: { message: string; issues?: { path: string; message: string }[] };
    };
    return [error.message, ...(error.issues ?? []).map((issue) => `  ${issue.path}: ${issue.message}`)].join(
      "\n",
    );
  } catch {
    return `the workspace answered ${response.status}`;
  }
}
