/** The palette's second face: a command's arguments, and what would run with them, before it runs. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { api, ask, idempotencyKey } from "../api/client.ts";
import { ApiProblem, issueAt, saying } from "../api/problem.ts";
import { agentsQuery, runsMoved } from "../api/queries.ts";
import type { Command, Parameter } from "../api/types.ts";
import { Button, Keys } from "../components/Button.tsx";
import { Field, Select } from "../components/Field.tsx";
import { blockers, lacksProject, PlanView } from "../components/PlanView.tsx";
import { EffectMark } from "../components/Status.tsx";
import { oneLine, visible } from "../components/visible.ts";
import { toast } from "../frame/toasts.ts";
import { draftOf, readDraft, typed } from "./arguments.ts";
import type { Chosen } from "./chosen.ts";
import { ChooseProject, FolderField } from "./Folder.tsx";
import { Foot } from "./Foot.tsx";
import { GivenSteps, givenBy } from "./GivenSteps.tsx";
import { ParameterField } from "./ParameterField.tsx";
import { rememberFolder } from "./recent.ts";
import { useFolder } from "./use-folder.ts";

/** A plan is asked for once the typing pauses this long. */
const PAUSE_MS = 180;
/** Fields that are in sight. */
const FIELDS = ":is(input, select, textarea):not(details:not([open]) *)";

export function Prepare({
  command,
  chosen,
  back,
  close,
  again,
}: {
  command: Command;
  chosen: Chosen;
  back(): void;
  close(): void;
  /** After a run that was started with ⌘Enter: the field, empty, for the next. */
  again(): void;
}) {
  const navigate = useNavigate();
  const [draft, setDraft] = useState(() => draftOf(command.parameters, chosen.args));
  const folder = useFolder(command, chosen.cwd);
  const { cwd, setCwd } = folder;
  const [agent, setAgent] = useState("");
  const [touched, setTouched] = useState(false);
  const agents = useQuery(agentsQuery);
  const { args, problems } = readDraft(command.parameters, draft);
  const body = { args, ...(cwd ? { cwd } : {}), ...(agent ? { agent: { id: agent } } : {}) };
  const settled = usePaused(JSON.stringify(body));
  const ready = Object.keys(problems).length === 0;
  const plan = useQuery({
    queryKey: ["plan", command.slug, settled],
    enabled: ready && folder.settled,
    retry: false,
    queryFn: async () =>
      (await ask(api.POST("/api/plan", { body: { ...JSON.parse(settled), command: command.slug } }))).plan,
    placeholderData: (before) => before,
  });
  const execute = useMutation({
    mutationFn: async (_stay: boolean) => {
      const answer = await ask(
        api.POST("/api/commands/{slug}/execute", {
          params: { path: { slug: command.slug }, header: idempotencyKey() },
          body,
        }),
      );
      // The other answer of this route is to a dry run, which this is not.
      if (!("run" in answer)) throw new Error("The workspace answered with a plan instead of a run.");
      return answer.run;
    },
    onSuccess: (run, stay) => {
      if (cwd) rememberFolder(cwd);
      runsMoved(run);
      const open = () => void navigate({ to: "/runs/$id", params: { id: run.id } });
      if (stay) {
        toast({
          kind: "ok",
          text: `Started ${oneLine(typed(command.name, args), 120)}`,
          action: { label: "Open", run: open },
        });
        again();
      } else {
        close();
        open();
      }
    },
  });
  const run = (stay: boolean) => {
    setTouched(true);
    if (ready && !execute.isPending) execute.mutate(stay);
  };

  const face = useRef<HTMLDivElement>(null);
  const runButton = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus is placed once, when the face appears
  useEffect(() => {
    const missing = face.current?.querySelector<HTMLElement>(`[data-missing] ${FIELDS}`);
    const first = face.current?.querySelector<HTMLElement>(FIELDS);
    if (!ready && missing) missing.focus();
    else if (chosen.at === "fields" && first) first.focus();
    else runButton.current?.focus();
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      back();
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      const { tagName } = event.target as HTMLElement;
      const mod = event.metaKey || event.ctrlKey;
      if (!mod && (tagName === "TEXTAREA" || tagName === "BUTTON")) return;
      event.preventDefault();
      run(mod);
    }
  };
  const blocked = plan.data !== undefined && blockers(plan.data).length > 0;
  // It can be pressed all the same, which asks once more; but it does not look as if it would run.
  const waits = !ready || blocked;
  // In the agent's root everything a project has is missing: which project is the question, not what it lacks.
  const lost =
    cwd === "" &&
    folder.projects.length > 0 &&
    plan.data !== undefined &&
    (blocked || lacksProject(plan.data));
  // A command that runs the steps it is given is as they are.
  const given = givenBy(command);
  const planned = ready ? plan.data : undefined;
  const mark = given ? null : { effect: command.effect };
  const steps = given ? args[given] : undefined;
  const count = Array.isArray(steps) ? steps.length : 0;
  const does = count > 0 ? `${count} ${count === 1 ? "step" : "steps"}` : oneLine(command.name, 40);
  // On a phone they stand below each other: what was asked for comes first.
  const [first] = useState(chosen.at === "plan" && ready);
  const error = execute.error ?? plan.error;
  const named = new Set(command.parameters.flatMap(({ name }) => [name, `args.${name}`]));
  // What is wrong with a field stands at the field; only the rest is said below.
  const general = error && !(error instanceof ApiProblem && error.issues.some(({ path }) => named.has(path)));
  const listed = error instanceof ApiProblem && error.code === "prerequisite_missing" && plan.data;
  const wrongAt = ({ name }: Parameter) =>
    issueAt(error, name, `args.${name}`) ?? (touched || draft[name] ? problems[name] : undefined);
  const wrongIn = (name: string) =>
    error instanceof ApiProblem && error.issues.some(({ path }) => path.startsWith(`${name}.`));
  const field = (parameter: Parameter) => (
    <ParameterField
      parameter={parameter}
      value={draft[parameter.name] ?? ""}
      error={wrongAt(parameter)}
      onChange={(value) => setDraft((old) => ({ ...old, [parameter.name]: value }))}
    />
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that bubble up from its fields
    <div ref={face} onKeyDown={onKeyDown} data-prepare className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-12 items-center gap-2 border-b px-2.5">
        <Button look="quiet" aria-label="Back to the search" onClick={back}>
          <ArrowLeft size={15} />
        </Button>
        <h2 className="foreign min-w-0 truncate font-mono text-base">{visible(command.name)}</h2>
        {/* The plan says it, once it is there. */}
        {mark && !planned && <EffectMark {...mark} />}
      </div>
      <div className="grid min-h-0 flex-1 content-start overflow-y-auto lg:grid-cols-2 lg:content-stretch lg:overflow-hidden">
        <div className="grid content-start gap-4 p-4 lg:overflow-y-auto lg:border-r">
          <p className="foreign text-muted">{visible(command.description)}</p>
          {command.parameters.length > 0 && (
            <div className="grid gap-3 sm:grid-cols-2">
              {command.parameters.map((parameter) => (
                <div
                  key={parameter.name}
                  {...(problems[parameter.name] ? { "data-missing": true } : {})}
                  className={parameter.type === "json" ? "sm:col-span-2" : ""}
                >
                  {parameter.name === given ? (
                    <GivenSteps steps={steps} wrong={wrongAt(parameter) !== undefined || wrongIn(given)}>
                      {field(parameter)}
                    </GivenSteps>
                  ) : (
                    field(parameter)
                  )}
                </div>
              ))}
            </div>
          )}
          <div className="grid gap-3 sm:grid-cols-2">
            <FolderField value={cwd} known={folder.known} error={issueAt(error, "cwd")} onChange={setCwd} />
            <Field label="Agent">
              {(wear) => (
                <Select {...wear} value={agent} onChange={(event) => setAgent(event.target.value)}>
                  <option value="">any that fits</option>
                  {agents.data?.map(({ id, name, status }) => (
                    <option key={id} value={id}>
                      {oneLine(name, 60)} ({status})
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        </div>
        <section
          aria-label="What will run"
          aria-busy={plan.isFetching}
          className={`grid content-start gap-1.5 p-4 lg:min-h-0 lg:overflow-y-auto ${first ? "max-lg:order-first max-lg:border-b" : ""}`}
        >
          {general && (
            <p role="alert" className="foreign rounded bg-bad-soft px-2.5 py-1.5 text-bad">
              {listed ? "It cannot run yet: what is missing stands below." : saying(error)}
            </p>
          )}
          <h3 className="font-semibold">What will run</h3>
          {plan.data && ready ? (
            <PlanView
              plan={plan.data}
              missing={lost && <ChooseProject projects={folder.projects} onChange={setCwd} />}
            />
          ) : (
            <p className="text-muted">{ready ? "…" : `Say ${Object.keys(problems).join(" and ")} first.`}</p>
          )}
        </section>
      </div>
      <Foot>
        <span className="hidden items-center gap-1 pointer-fine:inline-flex">
          <Keys of="Escape" /> back
        </span>
        <span className="hidden items-center gap-1 pointer-fine:inline-flex">
          <Keys of="mod+Enter" /> run and stay
        </span>
        {waits && (
          <span id="run-waits" className="ml-auto text-warn">
            {ready ? "Something is missing, see above." : "Some arguments are missing."}
          </span>
        )}
        <Button
          ref={runButton}
          look={waits ? "quiet" : "primary"}
          aria-describedby={waits ? "run-waits" : undefined}
          className={`my-1.5 ${waits ? "border-line-strong! border-dashed" : "ml-auto"}`}
          {...(waits ? {} : { keys: "Enter" })}
          busy={execute.isPending}
          onClick={() => run(false)}
        >
          Run {does}
        </Button>
      </Foot>
    </div>
  );
}

function usePaused(value: string): string {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return paused;
}
