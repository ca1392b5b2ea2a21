/** Commands people already have: files are read here, shown as what they would become, and imported when they are right. */
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { api, ask } from "../../api/client.ts";
import { changed } from "../../api/place-queries.ts";
import { saying } from "../../api/problem.ts";
import type { Values } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Code, CodeBlock } from "../../components/Code.tsx";
import { Empty } from "../../components/Empty.tsx";
import { Checkbox, Field, TextArea, TextInput } from "../../components/Field.tsx";
import { Page, Section } from "../../components/Page.tsx";
import { toast } from "../../frame/toasts.ts";
import { yamlOf } from "./definition.ts";

interface Source {
  path: string;
  text: string;
}

export function ImportPage() {
  const picker = useRef<HTMLInputElement>(null);
  const [files, setFiles] = useState<Source[]>([]);
  const [path, setPath] = useState("package.json");
  const [text, setText] = useState("");
  const [replace, setReplace] = useState<ReadonlySet<string>>(new Set());
  const [scripts, setScripts] = useState(false);
  const sent = (dry_run: boolean, of: Source[]) =>
    ask(api.POST("/api/import", { body: { files: of, dry_run, replace: [...replace], scripts } }));
  const preview = useMutation({ mutationFn: (of: Source[]) => sent(true, of) });
  const take = useMutation({
    mutationFn: () => sent(false, files),
    onSuccess: ({ items }) => {
      changed("commands");
      const made = items.filter(({ action }) => /create|update/.test(action)).length;
      toast({ kind: "ok", text: `${made} ${made === 1 ? "command is" : "commands are"} imported.` });
      preview.mutate(files);
    },
  });
  const add = (more: Source[]) => {
    const next = [...files.filter((old) => !more.some((one) => one.path === old.path)), ...more];
    setFiles(next);
    preview.mutate(next);
  };
  const pick = async (list: FileList | null) => {
    const read = await Promise.all(
      [...(list ?? [])].map(async (file) => ({
        path: file.webkitRelativePath || file.name,
        text: await file.text(),
      })),
    );
    if (read.length > 0) add(read);
  };
  const items = preview.data?.items ?? [];
  const taken = items.filter(
    ({ action, slug }) =>
      /create|update/.test(action) ||
      (action === "conflict" && replace.has(slug)) ||
      (action === "confirm" && scripts),
  ).length;
  return (
    <Page title="Import commands">
      <div className="grid max-w-3xl gap-3 px-4 pb-4 md:px-6">
        <p className="text-muted">
          From package.json, Makefile, justfile, Warp’s workflows and GitHub Actions. You see first what each
          would become; nothing is stored before you say so.
        </p>
        <input
          ref={picker}
          type="file"
          multiple
          className="sr-only"
          aria-label="Files to import"
          tabIndex={-1}
          onChange={(event) => void pick(event.target.files)}
        />
        <div>
          <Button look="primary" onClick={() => picker.current?.click()}>
            Choose files…
          </Button>
        </div>
        <details>
          <summary className="text-muted hover:text-text">or paste the text of one</summary>
          <div className="mt-2 grid gap-3">
            <Field label="Its name" hint="says what kind of file it is">
              {(wear) => (
                <TextInput {...wear} mono value={path} onChange={(event) => setPath(event.target.value)} />
              )}
            </Field>
            <Field label="Its text">
              {(wear) => (
                <TextArea
                  {...wear}
                  mono
                  rows={8}
                  value={text}
                  onChange={(event) => setText(event.target.value)}
                  // It is read from its beginning, which the caret at its end has moved out of sight.
                  onBlur={(event) => event.target.scrollTo(0, 0)}
                />
              )}
            </Field>
            <div>
              <Button disabled={text === "" || path === ""} onClick={() => add([{ path, text }])}>
                Show what it would become
              </Button>
            </div>
          </div>
        </details>
        {files.length > 0 && (
          <p className="foreign">
            {files.map((file) => (
              <Code key={file.path} className="mr-2">
                {file.path}
              </Code>
            ))}
            <Button
              look="quiet"
              onClick={() => {
                setFiles([]);
                preview.reset();
              }}
            >
              Start over
            </Button>
          </p>
        )}
        {(preview.error || take.error) && (
          <p role="alert" className="foreign rounded bg-bad-soft px-2.5 py-1.5 text-bad">
            {saying(take.error ?? preview.error)}
          </p>
        )}
      </div>
      {preview.data && (
        <Section
          title="What they would become"
          beside={<span className="text-muted tabular-nums">{items.length}</span>}
        >
          {items.length === 0 ? (
            <Empty title="There is no command in these files." />
          ) : (
            <>
              <ul aria-label="Commands found">
                {items.map((item) => (
                  <li key={`${item.path} ${item.slug}`} className="border-t px-4 py-2 md:px-6">
                    <div className="flex flex-wrap items-baseline gap-x-3">
                      <Code className="font-medium">{item.slug}</Code>
                      <span className={ACTION_COLOUR[item.action] ?? "text-muted"}>
                        {ACTION_WORDS[item.action] ?? item.action}
                      </span>
                      <span className="foreign text-muted text-sm">{item.path}</span>
                    </div>
                    {item.reason && <p className="foreign text-muted text-sm">{item.reason}</p>}
                    {item.conflict && (
                      <div className="flex flex-wrap items-center gap-x-4">
                        <p className="foreign text-sm text-warn">{item.conflict}</p>
                        <Choice
                          of={item.slug}
                          mine={replace.has(item.slug)}
                          onChange={(mine) =>
                            setReplace(
                              (old) =>
                                new Set([...old, item.slug].filter((one) => mine || one !== item.slug)),
                            )
                          }
                        />
                      </div>
                    )}
                    {item.warnings.map((warning) => (
                      <p key={warning} className="foreign text-sm text-warn">
                        {warning}
                      </p>
                    ))}
                    {(item.command || item.script) && (
                      <details>
                        <summary className="text-muted text-sm hover:text-text">What it would be</summary>
                        <div className="mt-1 grid gap-2">
                          {item.command && (
                            <CodeBlock
                              lines={yamlOf(item.command as Values).split("\n")}
                              label={`definition of ${item.slug}`}
                            />
                          )}
                          {item.script && (
                            <CodeBlock
                              lines={[`# ${item.script.path}`, ...item.script.text.split("\n")]}
                              label={`script of ${item.slug}`}
                            />
                          )}
                        </div>
                      </details>
                    )}
                  </li>
                ))}
              </ul>
              <div className="flex flex-wrap items-center gap-3 border-t px-4 py-3 md:px-6">
                <Button
                  look="primary"
                  busy={take.isPending}
                  disabled={taken === 0}
                  onClick={() => take.mutate()}
                >
                  {taken === 0 ? "Nothing to import" : `Import ${taken} command${taken === 1 ? "" : "s"}`}
                </Button>
                {items.some(({ script }) => script) && (
                  <Checkbox
                    label="also those that need a script, which I have put in place"
                    checked={scripts}
                    onChange={(event) => setScripts(event.target.checked)}
                  />
                )}
                <Link to="/library" search={{ only: "own" }} className="text-accent hover:underline">
                  This workspace’s commands
                </Link>
              </div>
            </>
          )}
        </Section>
      )}
    </Page>
  );
}

/** What becomes of a command whose name is taken. */
function Choice({ of, mine, onChange }: { of: string; mine: boolean; onChange(mine: boolean): void }) {
  return (
    <fieldset className="flex flex-wrap gap-x-4">
      <legend className="sr-only">{`What becomes of ${of}`}</legend>
      {(
        [
          ["Leave it out", false],
          ["Take mine", true],
        ] as const
      ).map(([words, takes]) => (
        <label key={words} className="inline-flex min-h-7 items-center gap-2">
          <input
            type="radio"
            name={`what becomes of ${of}`}
            className="size-4 accent-(--accent)"
            checked={mine === takes}
            onChange={() => onChange(takes)}
          />
          {words}
        </label>
      ))}
    </fieldset>
  );
}

const ACTION_WORDS: { [action: string]: string } = {
  create: "new",
  update: "changed",
  unchanged: "unchanged",
  conflict: "already there",
  confirm: "needs your word",
  skip: "left out",
};
const ACTION_COLOUR: { [action: string]: string } = {
  create: "text-ok",
  update: "text-accent",
  conflict: "text-warn",
  confirm: "text-warn",
};
