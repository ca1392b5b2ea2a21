/** The public key this agent believes receipts of: given at its start, or the first one its workspace showed it, and kept from then on. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fingerprint, isPublicKey } from "@tw/shared/receipts/sign";
import { type Config, ConfigError } from "./config.ts";

interface Pin {
  /** Public keys, 32 bytes in base64url each. Several while a key is replaced. */
  keys: string[];
  /** The workspace they are of; learnt with the first connection. */
  tenant: string | null;
}
const FETCH_MS = 5_000;

export class ApprovalKey {
  readonly #config: Config;
  readonly #say: (line: string) => void;
  readonly #file: string;
  #pin: Pin | null;
  #asking: Promise<void> | null = null;

  private constructor(config: Config, say: (line: string) => void, file: string, pin: Pin | null) {
    this.#config = config;
    this.#say = say;
    this.#file = file;
    this.#pin = pin;
  }

  /** Reads what is pinned; a key given at the start replaces it. Throws ConfigError for one that is none. */
  static open(config: Config, say: (line: string) => void): ApprovalKey {
    const file = join(config.stateDir, "approval-key.json");
    const pin = readPin(file);
    const given = (config.approvalKey ?? "")
      .split(",")
      .map((key) => key.trim())
      .filter(Boolean);
    const wrong = given.find((key) => !isPublicKey(key));
    if (wrong !== undefined)
      throw new ConfigError(
        `--approval-key takes 43 letters as the workspace shows them, not "${wrong.slice(0, 60)}".`,
      );
    const key = new ApprovalKey(config, say, file, pin);
    if (given.length > 0 && given.join() !== pin?.keys.join()) key.#keep({ keys: given, tenant: null });
    return key;
  }

  get keys(): string[] {
    return this.#pin?.keys ?? [];
  }
  get tenant(): string | null {
    return this.#pin?.tenant ?? null;
  }

  /** After a connection: the workspace it is with, and, the first time, its key. Never another key than the first. */
  welcomed(tenant: string): void {
    if (this.#pin === null) this.#asking ??= this.#ask(tenant).finally(() => (this.#asking = null));
    else if (this.#pin.tenant === null) this.#keep({ ...this.#pin, tenant });
    else if (this.#pin.tenant !== tenant)
      this.#say(`this workspace says it is ${tenant}; receipts are believed for ${this.#pin.tenant} only`);
  }

  /** Settled once it is known whether the workspace has a key. */
  async ready(): Promise<void> {
    await this.#asking;
  }

  async #ask(tenant: string): Promise<void> {
    const { url, token } = this.#config;
    try {
      const response = await fetch(`${url}/api/approval-key`, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(FETCH_MS),
      });
      if (!response.ok) return;
      const { key } = (await response.json()) as { key: string };
      if (!isPublicKey(key)) return;
      this.#keep({ keys: [key], tenant });
      this.#say(
        `receipts of this workspace are believed from now on when signed with ${await fingerprint(key)}`,
      );
      this.#say("compare it with what the workspace's owner sees (tw agent policy key); docs/security.md");
    } catch (error) {
      this.#say(`the workspace's approval key could not be asked for: ${(error as Error).message}`);
    }
  }

  #keep(pin: Pin): void {
    this.#pin = pin;
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const part = `${this.#file}.part`;
    writeFileSync(part, `${JSON.stringify(pin, null, 2)}\n`, { mode: 0o600 });
    renameSync(part, this.#file);
  }
}

/** What is pinned in a state directory; null when nothing is. */
export function readPin(file: string): Pin | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const pin = JSON.parse(text) as Pin;
    if (pin.keys.length > 0 && pin.keys.every(isPublicKey))
      return { keys: pin.keys, tenant: pin.tenant ?? null };
  } catch {
    // Said below: forgetting a pin must be a person's doing.
  }
  throw new ConfigError(
    `${file} is damaged. Start with --approval-key, or remove the file to pin the key anew.`,
  );
}
