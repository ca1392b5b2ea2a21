/** A command as YAML: written, tried, saved as a new version with what it changes. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, ask } from "../../api/client.ts";
import { changed } from "../../api/place-queries.ts";
import { ApiProblem, saying } from "../../api/problem.ts";
import type { Values } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { Field, TextInput } from "../../components/Field.tsx";
import { Page, Section } from "../../components/Page.tsx";
import { type Mark, TextEditor } from "../../components/TextEditor.tsx";
import { useActions } from "../../frame/actions.ts";
import { toast } from "../../frame/toasts.ts";
import { rangesOf, read } from "../workflows/document.ts";
import { DiffView } from "./DiffView.tsx";
import { TEMPLATE, yamlOf } from "./definition.ts";

export function NewCommandPage() {
  return <Editor slug={null} before={TEMPLATE} />;
}

export function EditCommandPage() {
  const { slug } = useParams({ strict: false }) as { slug: string };
  const newest = useQuery({
    queryKey: ["commands", slug, "newest"],
    queryFn: async () => {
      const params = { path: { slug }, query: { limit: 1 } };
      const [version] = (await ask(api.GET("/api/commands/{slug}/versions", { params }))).items;
      // As somebody wrote it, with comments and order, where that was kept.
      return version?.source ?? yamlOf((version?.command ?? {}) as Values);
    },
  });
  if (newest.data === undefined)
    return (
      <Page title={`Change ${slug}`}>
        {newest.error ? <Problem error={newest.error} /> : <Loading lines={12} label="Loading the command" />}
      </Page>
    );
  return <Editor key={slug} slug={slug} before={newest.data} />;
}

/** `before` is what the text begins with: the newest version, or the sample where the command is new. */
function Editor({ slug, before }: { slug: string | null; before: string }) {
  const navigate = useNavigate();
  const [text, setText] = useState(before);
  const [name, setName] = useState(slug ?? "");
  const [caret, setCaret] = useState<{ at: number; focus: boolean } | null>(null);
  const { input, problem } = useMemo(() => read(text), [text]);
  const target = name || slugOf(input?.name);
  const save = useMutation({
    mutationFn: async () => {
      return ask(
        api.PUT("/api/commands/{slug}", {
          params: { path: { slug: target } },
          body: { ...input, source: text } as never,
        }),
      );
    },
    onSuccess: (command) => {
      changed("commands");
      toast({ kind: "ok", text: `Saved ${command.name}, version ${command.version}.` });
      void navigate({ to: "/library/$slug", params: { slug: command.slug } });
    },
  });
  const issues = save.error instanceof ApiProblem ? save.error.issues : [];
  const unchanged = text === before;
  const sample = "This is a sample: change it, then it can be saved.";
  const notYet = !unchanged ? null : slug ? "Nothing has changed yet." : sample;
  const show = (at: number) => setCaret({ at, focus: true });
  useActions([
    {
      id: "command.save",
      label: "Save the command",
      keys: "mod+s",
      group: "Command",
      run: () => {
        if (problem) show(problem.from);
        else if (!unchanged && !save.isPending) save.mutate();
      },
    },
  ]);
  // What a refused save found stays at its place while the text around it is mended: the editor moves it along.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text alone brings no new marks
  const marks = useMemo((): Mark[] => {
    if (problem) return [{ ...problem, severity: "error" }];
    const inText = issues.filter(({ path }) => path !== "slug");
    const ranges = rangesOf(
      text,
      inText.map(({ path }) => path),
    );
    return inText.map(({ message }, index) => ({ ...ranges[index]!, message, severity: "error" }));
  }, [save.error, problem]);
  return (
    <Page
      title={slug ? `Change ${slug}` : "New command"}
      actions={
        <>
          <Button look="quiet" onClick={() => history.back()}>
            Cancel
          </Button>
          <Button
            look="primary"
            keys="mod+s"
            aria-describedby={notYet ? "save-waits" : undefined}
            busy={save.isPending}
            disabled={problem !== null || unchanged}
            onClick={() => save.mutate()}
          >
            {slug ? "Save as a new version" : "Save the command"}
          </Button>
        </>
      }
    >
      <div className="grid gap-4 px-4 pb-4 md:px-6">
        {!slug && (
          <Field
            label="Command name"
            hint={`The name people type to run it, also used in links.${target ? ` If you leave this empty, it is ${target}.` : ""}`}
            error={issues.find(({ path }) => path === "slug")?.message}
          >
            {(wear) => (
              <TextInput
                {...wear}
                mono
                className="w-full max-w-md"
                placeholder={slugOf(input?.name)}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
        )}
        <div className="grid content-start gap-1">
          <div className="flex flex-wrap items-baseline gap-x-3">
            <h2 className="font-medium">Definition</h2>
            <p className="text-muted text-sm">
              YAML, with the same fields as in the library’s own files
              {slug && "; a new version is saved, the old ones stay"}
            </p>
            {notYet && (
              <p id="save-waits" className="text-muted text-sm">
                {notYet}
              </p>
            )}
          </div>
          <div
            className={`overflow-hidden rounded border ${problem ? "border-bad" : "border-line-strong"}`}
            style={{ height: LINE * Math.min(Math.max(text.split("\n").length + 2, 16), 34) }}
          >
            <TextEditor
              label="Definition"
              value={text}
              onChange={setText}
              marks={marks}
              caret={caret}
              undoes
            />
          </div>
          {problem && (
            <p role="alert" className="foreign text-bad text-sm">
              <AtLine line={problem.line} go={() => show(problem.from)} /> {problem.message}
            </p>
          )}
        </div>
        {save.error && !problem && (
          <div role="alert" className="foreign grid gap-1 rounded bg-bad-soft px-2.5 py-1.5 text-bad">
            <p className="font-medium">
              {issues.length > 0 ? "It was not saved. What is wrong:" : saying(save.error)}
            </p>
            {issues.length > 0 && (
              <ul>
                {issues.map(({ path, message }) => {
                  const at = path === "slug" ? null : rangesOf(text, [path])[0]!.from;
                  return (
                    <li key={`${path} ${message}`}>
                      {at !== null && <AtLine line={lineAt(text, at)} go={() => show(at)} />}{" "}
                      <code>{path}</code> {message}
                    </li>
                  );
                })}
              </ul>
            )}
          </div>
        )}
      </div>
      {slug && !unchanged && (
        <Section title="What changes">
          <div className="px-4 pb-4 md:px-6">
            <DiffView before={before} after={text} label="What changes" />
          </div>
        </Section>
      )}
    </Page>
  );
}

/** Height of a line in the editor, px. */
const LINE = 18;

function AtLine({ line, go }: { line: number; go(): void }) {
  return (
    <button type="button" onClick={go} className="underline underline-offset-2">
      Line {line}
    </button>
  );
}

const lineAt = (text: string, at: number) => text.slice(0, at).split("\n").length;

function slugOf(name: unknown): string {
  return String(name ?? "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 64);
}
