/** What an entry of the audit trail tells besides who, what and of what: names for ids and times for numbers, where they are that. */
import type { AuditEntry } from "../../api/types.ts";
import { CodeBlock } from "../../components/Code.tsx";
import { exactTime } from "../../components/Time.tsx";
import { oneLine, valueText } from "../../components/visible.ts";
import { useName } from "../people/use-name.ts";
import { bytesText } from "../platform/FilesPage.tsx";

/** Nobody reads these; they are said on hover. */
const FOR_MACHINES = /^(etag|digest|plan_digest|hash|id)$/;
const IS_TIME = /(^|_)(at|from|until)$/;
const SHORT = 160;

const toldOf = (of: AuditEntry["detail"]) =>
  Object.entries(of).filter(([key, value]) => value !== null && value !== "" && !FOR_MACHINES.test(key));

/** Is there anything to tell? */
export function tells(of: AuditEntry["detail"]): boolean {
  return toldOf(of).length > 0;
}

export function Detail({ of }: { of: AuditEntry["detail"] }) {
  const name = useName();
  const told = toldOf(of);
  const text = (key: string, value: unknown): string => {
    if (typeof value === "number" && key === "bytes") return bytesText(value);
    if (typeof value === "number" && IS_TIME.test(key)) return exactTime(value);
    if (typeof value === "string" && value.startsWith("usr_")) return name(value);
    if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(valueText).join(", ");
    return valueText(value);
  };
  const pairs = told.map(([key, value]) => ({
    key: key === "bytes" ? "size" : key.replaceAll("_", " "),
    text: oneLine(text(key, value), 120),
  }));
  const shown = (
    <span className="foreign text-sm" title={oneLine(JSON.stringify(of), 1_000)}>
      {pairs.map((pair, index) => (
        <span key={pair.key}>
          {index > 0 && <span className="text-faint"> · </span>}
          <span className="text-muted">{pair.key}</span> {pair.text}
        </span>
      ))}
    </span>
  );
  const length = pairs.reduce((sum, pair) => sum + pair.key.length + pair.text.length + 4, 0);
  if (length <= SHORT) return shown;
  return (
    <details className="min-w-0">
      <summary className="foreign">{shown}</summary>
      <CodeBlock lines={JSON.stringify(of, null, 2).split("\n")} label="detail" className="mt-1" />
    </details>
  );
}
