/** Saving: under which name, what is different from the version before, and what keeps it from being saved. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { slugify } from "@tw/shared/library/names";
import { useEffect, useRef } from "react";
import { api, ask } from "../../api/client.ts";
import { ApiProblem, saying } from "../../api/problem.ts";
import { commandQuery, commandsQuery, queryClient } from "../../api/queries.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Field, TextInput } from "../../components/Field.tsx";
import { TextEditor } from "../../components/TextEditor.tsx";
import { toast } from "../../frame/toasts.ts";
import type { Finding } from "./check.ts";
import type { Values } from "./document.ts";
import type { Stored } from "./stored.ts";
import { versionsQuery } from "./stored.ts";
import { keepDraft } from "./use-draft.ts";

export function SaveDialog({
  stored,
  text,
  input,
  findings,
  name,
  setName,
  onShow,
  close,
}: {
  stored: Stored | null;
  text: string;
  input: Values | null;
  findings: readonly Finding[];
  name: string;
  setName(slug: string): void;
  onShow(path: string): void;
  close(): void;
}) {
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const slug = name || slugify(String(input?.name ?? ""));
  // What is there now, which may be newer than what was opened.
  const there = useQuery({
    ...versionsQuery(slug, 1),
    enabled: slug !== "",
    staleTime: 0,
    retry: false,
    refetchOnMount: "always",
  });
  const command = useQuery({ ...commandQuery(slug), enabled: slug !== "", retry: false });
  const nobody = there.error instanceof ApiProblem && there.error.status === 404;
  const now = nobody ? undefined : there.data?.[0];
  const library = now !== undefined && command.data?.is_public === true;
  const newer = now && stored && slug === stored.slug && now.version !== stored.version;
  const problems = findings.filter(({ kind }) => kind === "problem");
  const save = useMutation({
    mutationFn: () =>
      ask(
        api.PUT("/api/commands/{slug}", {
          params: { path: { slug } },
          body: { ...input, source: text } as never,
        }),
      ),
    onSuccess: async (made) => {
      keepDraft(stored?.slug ?? null, null);
      queryClient.setQueryData(commandQuery(slug).queryKey, made);
      queryClient.removeQueries({ queryKey: ["commands", slug, "texts"] });
      await queryClient.invalidateQueries({ queryKey: commandsQuery.queryKey });
      close();
      toast({ kind: "ok", text: `Saved ${slug} as version ${made.version}` });
      // Where a new one was written there is nothing to come back to any more.
      await navigate({ to: "/workflows/$slug", params: { slug }, replace: stored === null });
    },
  });
  const next = now && !library ? now.version + 1 : 1;
  const same = now !== undefined && now.text === text;
  const words = library
    ? "Save as the workspace's own"
    : next === 1
      ? "Save as version 1"
      : `Save as version ${next}`;
  return (
    <Dialog open onClose={close} label="Save the workflow" className="max-w-3xl!">
      <div className="flex items-center justify-between gap-2 border-b px-4 py-2.5">
        <h2 className="font-semibold text-lg">Save the workflow</h2>
        <Button look="quiet" onClick={close} keys="Escape">
          Cancel
        </Button>
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (problems.length === 0 && input && slug && !same) save.mutate();
        }}
        className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4"
      >
        <Field
          label="Name by which it is run"
          hint={
            library
              ? "The library has a command of this name. Yours takes its place in this workspace; the library's stays as it is."
              : now && !stored
                ? "There is one of this name already: this becomes its next version."
                : "Lower-case words joined by hyphens."
          }
        >
          {(wear) => (
            <TextInput
              {...wear}
              ref={field}
              mono
              value={slug}
              onChange={(event) => setName(event.target.value.toLowerCase())}
            />
          )}
        </Field>
        {newer && (
          <p role="status" className="rounded bg-warn-soft px-2.5 py-1.5 text-warn">
            Version {now.version} was saved while you were at work on version {stored.version}. What you save
            takes its place; below is the difference to it.
          </p>
        )}
        {problems.length > 0 && (
          <div role="status" className="grid justify-items-start gap-1">
            <p className="font-medium text-bad">It cannot be saved yet:</p>
            {problems.slice(0, 8).map(({ path, message }) => (
              <button
                key={path + message}
                type="button"
                onClick={() => onShow(path)}
                className="foreign rounded px-1 text-left hover:bg-hover"
              >
                <span className="font-mono text-sm">{path}</span>{" "}
                <span className="text-muted">{message}</span>
              </button>
            ))}
          </div>
        )}
        {save.error && (
          <div role="alert" className="foreign text-bad">
            {saying(save.error)}
          </div>
        )}
        {now && !same && (
          <section aria-label={`Difference to version ${now.version}`} className="grid gap-1">
            <h3 className="font-medium">What is different from version {now.version}</h3>
            <div className="h-[min(22rem,40dvh)] overflow-hidden rounded border">
              <TextEditor label={`Difference to version ${now.version}`} value={text} original={now.text} />
            </div>
          </section>
        )}
        {same && <p className="text-muted">Nothing is different from version {now.version}.</p>}
        <div className="flex justify-end gap-2">
          <Button
            type="submit"
            look="primary"
            busy={save.isPending}
            disabled={problems.length > 0 || input === null || slug === "" || same || there.isLoading}
          >
            {words}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
