/** When a step runs: tests of earlier results, all of them or any. What is nested deeper is shown, and edited as YAML. */

import { Button } from "../../components/Button.tsx";
import { Select } from "../../components/Field.tsx";
import { asValues, type Values } from "./document.ts";
import { useTyped } from "./fields.tsx";
import type { Pick } from "./flow.ts";
import { BOX } from "./look.ts";
import { PickButton, Reference } from "./Picker.tsx";
import { conditionWords } from "./words.ts";

const TESTS = [
  ["equals", "is"],
  ["not_equals", "is not"],
  ["greater_than", "is more than"],
  ["present", "is there"],
  ["absent", "is not there"],
] as const;
type Test = (typeof TESTS)[number][0];

/** The tests of a condition that is one test, or a list of tests; null of any other. */
function readTests(when: unknown): { mode: "all" | "any"; tests: Values[] } | null {
  if (when === undefined) return { mode: "all", tests: [] };
  const condition = asValues(when);
  const mode = "any" in condition ? "any" : "all";
  const list = "from" in condition ? [condition] : condition[mode];
  if (!Array.isArray(list) || !list.every((one) => typeof asValues(one).from === "string")) return null;
  return { mode, tests: list.map(asValues) };
}

export function ConditionForm({
  when,
  picks,
  error,
  set,
}: {
  when: unknown;
  picks: readonly Pick[];
  error: string | undefined;
  set(value: unknown): void;
}) {
  const read = readTests(when);
  if (!read)
    return (
      <p className="foreign text-muted">
        Only if {conditionWords(when)}. Conditions within conditions are edited in the YAML.
      </p>
    );
  const { mode, tests } = read;
  const write = (next: Values[], how = mode) =>
    set(next.length === 0 ? undefined : next.length === 1 ? next[0] : { [how]: next });
  return (
    <div className="grid gap-2">
      {tests.map((test, index) => (
        <TestRow
          // biome-ignore lint/suspicious/noArrayIndexKey: tests have no other name
          key={index}
          test={test}
          word={index === 0 ? "only if" : mode === "all" ? "and" : "or"}
          onWord={index === 0 ? undefined : () => write(tests, mode === "all" ? "any" : "all")}
          set={(next) => write(next ? tests.with(index, next) : tests.filter((_, at) => at !== index))}
        />
      ))}
      {error && (
        <p role="alert" className="foreign text-bad text-sm">
          {error}
        </p>
      )}
      <div>
        <PickButton
          picks={picks}
          label="Which result decides whether it runs?"
          about="as a condition"
          words={tests.length === 0 ? "Run only if…" : "Another test"}
          onPick={(from) => write([...tests, startOf(from)])}
        />
      </div>
    </div>
  );
}

function startOf(from: string): Values {
  return from.endsWith(".status") ? { from, equals: "succeeded" } : { from, equals: true };
}

function testOf(test: Values): Test {
  if (test.present === false) return "absent";
  return TESTS.map(([name]) => name).find((name) => name in test) ?? "present";
}

function TestRow({
  test,
  word,
  onWord,
  set,
}: {
  test: Values;
  word: string;
  onWord: (() => void) | undefined;
  set(next: Values | null): void;
}) {
  const kind = testOf(test);
  const value = test[kind];
  const from = String(test.from);
  const [typed, type] = useTyped(
    typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value),
    (text) => set({ from, [kind]: readPlain(text) }),
  );
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {onWord ? (
        <Button look="quiet" className="w-14 text-sm" onClick={onWord} title="All of them, or any of them">
          {word}
        </Button>
      ) : (
        <span className="w-14 text-center text-muted text-sm">{word}</span>
      )}
      <Reference from={from} label={`Remove the test of ${from}`} onRemove={() => set(null)} />
      <Select
        aria-label={`How ${from} is tested`}
        className="w-32"
        value={kind}
        onChange={(event) => {
          const next = event.target.value as Test;
          if (next === "present" || next === "absent") set({ from, present: next === "present" });
          else
            set({ from, [next]: next === "greater_than" ? Number(typed) || 0 : readPlain(typed || "true") });
        }}
      >
        {TESTS.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </Select>
      {kind !== "present" && kind !== "absent" && (
        <input
          aria-label={`What ${from} is compared with`}
          value={typed}
          onChange={(event) => type(event.target.value)}
          className={`${BOX} w-28 font-mono text-sm`}
        />
      )}
    </div>
  );
}

/** `true`, `3` and `null` are what they look like; anything else is text. */
function readPlain(text: string): unknown {
  if (/^(true|false|null|-?\d+(\.\d+)?)$/.test(text)) return JSON.parse(text);
  return text;
}
