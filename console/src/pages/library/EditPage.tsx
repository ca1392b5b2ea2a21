/** A command as YAML: written, tried, saved as a new version with what it changes. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { changed } from "../../api/place-queries.ts";
import { ApiProblem, saying } from "../../api/problem.ts";
import type { Values } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { Field, TextArea, TextInput } from "../../components/Field.tsx";
import { Page, Section } from "../../components/Page.tsx";
import { useActions } from "../../frame/actions.ts";
import { toast } from "../../frame/toasts.ts";
import { DiffView } from "./DiffView.tsx";
import { readYaml, TEMPLATE, yamlOf } from "./definition.ts";

export function NewCommandPage() {
  return <Editor slug={null} before="" start={TEMPLATE} />;
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
      <Page title={`Edit ${slug}`}>
        {newest.error ? <Problem error={newest.error} /> : <Loading lines={12} label="Loading the command" />}
      </Page>
    );
  return <Editor key={slug} slug={slug} before={newest.data} start={newest.data} />;
}

function Editor({ slug, before, start }: { slug: string | null; before: string; start: string }) {
  const navigate = useNavigate();
  const [text, setText] = useState(start);
  const [name, setName] = useState(slug ?? "");
  const read = readYaml(text);
  const written = "command" in read ? read.command : {};
  const target = name || slugOf(written.name);
  const save = useMutation({
    mutationFn: async () => {
      if ("problem" in read) throw new Error(read.problem);
      return ask(
        api.PUT("/api/commands/{slug}", {
          params: { path: { slug: target } },
          body: { ...read.command, source: text } as never,
        }),
      );
    },
    onSuccess: (command) => {
      changed("commands");
      toast({ kind: "ok", text: `Saved ${command.name}, version ${command.version}.` });
      void navigate({ to: "/library/$slug", params: { slug: command.slug } });
    },
  });
  useActions([
    {
      id: "command.save",
      label: "Save the command",
      keys: "mod+s",
      group: "Command",
      run: () => save.mutate(),
    },
  ]);
  const issues = save.error instanceof ApiProblem ? save.error.issues : [];
  const unchanged = slug !== null && text === before;
  return (
    <Page
      title={slug ? `Edit ${slug}` : "New command"}
      actions={
        <>
          <Button look="quiet" onClick={() => history.back()}>
            Cancel
          </Button>
          <Button
            look="primary"
            keys="mod+s"
            busy={save.isPending}
            disabled={"problem" in read || unchanged}
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
            label="Called"
            hint={`how it is typed and stands in addresses; left empty it is made from the name${target ? `: ${target}` : ""}`}
            error={issues.find(({ path }) => path === "slug")?.message}
          >
            {(wear) => (
              <TextInput
                {...wear}
                mono
                className="w-full max-w-md"
                placeholder={slugOf(written.name)}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field
          label="Definition"
          hint="YAML, with the same fields as in the library’s own files; a new version is saved, the old ones stay"
          error={"problem" in read ? read.problem : undefined}
        >
          {(wear) => (
            <TextArea
              {...wear}
              mono
              rows={Math.min(Math.max(text.split("\n").length + 1, 16), 34)}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        {save.error && (
          <div role="alert" className="foreign grid gap-1 rounded bg-bad-soft px-2.5 py-1.5 text-bad">
            <p className="font-medium">{saying(save.error)}</p>
            {issues.length > 1 && (
              <ul>
                {issues.map(({ path, message }) => (
                  <li key={`${path} ${message}`}>
                    <code>{path}</code> {message}
                  </li>
                ))}
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

function slugOf(name: unknown): string {
  return String(name ?? "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 64);
}
