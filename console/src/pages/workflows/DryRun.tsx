/** What the draft would do, as it stands, without being saved. */
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useRef, useState } from "react";
import { api, ask } from "../../api/client.ts";
import { issueAt, saying } from "../../api/problem.ts";
import type { Parameter } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { blockers, PlanView } from "../../components/PlanView.tsx";
import { draftOf, readDraft } from "../../palette/arguments.ts";
import { ChooseProject, FolderField } from "../../palette/Folder.tsx";
import { ParameterField } from "../../palette/ParameterField.tsx";
import { useFolder } from "../../palette/use-folder.ts";
import type { Values } from "./document.ts";

export function DryRun({ input, slug, close }: { input: Values | null; slug: string; close(): void }) {
  const parameters = (Array.isArray(input?.parameters) ? input.parameters : []).filter(
    (one): one is Parameter => typeof (one as Parameter | null)?.name === "string",
  );
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("input, select, textarea")?.focus(), []);
  const [draft, setDraft] = useState(() => draftOf(parameters, {}));
  const folder = useFolder({ slug, requires: input?.requires }, undefined);
  const { cwd } = folder;
  const { args, problems } = readDraft(parameters, draft);
  const asked = useDeferredValue(JSON.stringify({ args, ...(cwd ? { cwd } : {}) }));
  const ready = input !== null && Object.keys(problems).length === 0;
  const plan = useQuery({
    queryKey: ["plan", "draft", slug, input, asked],
    enabled: ready && folder.settled,
    retry: false,
    staleTime: 0,
    queryFn: async () =>
      (
        await ask(
          api.POST("/api/plan", {
            body: { ...JSON.parse(asked), command: slug, definition: input as never },
          }),
        )
      ).plan,
    placeholderData: (before) => before,
  });
  return (
    <Dialog open onClose={close} label="Dry run" className="max-w-3xl!">
      <div className="flex items-center justify-between gap-2 border-b px-4 py-2.5">
        <h2 className="font-semibold text-lg">What the draft would do</h2>
        <Button look="quiet" onClick={close} keys="Escape">
          Close
        </Button>
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4">
        <div ref={form} className="grid gap-3 sm:grid-cols-2">
          {parameters.map((parameter) => (
            <ParameterField
              key={parameter.name}
              parameter={{
                ...parameter,
                type: parameter.type ?? "string",
                description: parameter.description ?? "",
              }}
              value={draft[parameter.name] ?? ""}
              error={issueAt(plan.error, `args.${parameter.name}`)}
              onChange={(value) => setDraft((old) => ({ ...old, [parameter.name]: value }))}
            />
          ))}
          <FolderField
            value={folder.cwd}
            known={folder.known}
            error={issueAt(plan.error, "cwd")}
            onChange={folder.setCwd}
          />
        </div>
        <section aria-label="What would run" aria-busy={plan.isFetching} className="min-w-0">
          {!ready ? (
            <p role="status" className="text-muted">
              {input === null
                ? "The YAML cannot be read, so there is nothing to plan."
                : `Say ${Object.keys(problems).join(", ")} first.`}
            </p>
          ) : plan.error ? (
            <p role="alert" className="foreign text-bad">
              {saying(plan.error)}
            </p>
          ) : plan.data ? (
            <PlanView
              plan={plan.data}
              missing={
                cwd === "" &&
                folder.projects.length > 0 &&
                blockers(plan.data).length > 0 && (
                  <ChooseProject projects={folder.projects} onChange={folder.setCwd} />
                )
              }
            />
          ) : (
            <p role="status" className="text-muted">
              Asking the workspace…
            </p>
          )}
        </section>
      </div>
    </Dialog>
  );
}
