import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, ask, idempotencyKey } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed } from "../../api/place-queries.ts";
import { Button } from "../../components/Button.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { Tags } from "../../components/Facts.tsx";
import { type FieldSpec, FormDialog } from "../../components/FormDialog.tsx";
import { List } from "../../components/List.tsx";
import { Page } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine, visible } from "../../components/visible.ts";
import { PlatformTabs } from "./PlatformTabs.tsx";
import { SearchField } from "./SearchField.tsx";

const FIELDS: readonly FieldSpec[] = [
  { name: "title", label: "Title", required: true },
  { name: "body", label: "Text", kind: "area", required: true },
  { name: "tags", label: "Tags", kind: "words" },
  { name: "url", label: "Address", hint: "where it comes from" },
];

/** The knowledge base: found by words, best first. */
export function KnowledgePage() {
  const may = useMay("runs:execute");
  const [q, setQ] = useState("");
  const [adding, setAdding] = useState(false);
  const found = usePaged(["knowledge", "list", q], (cursor) =>
    ask(
      api.GET("/api/knowledge", {
        params: { query: { limit: 50, ...(q ? { q } : {}), ...(cursor ? { cursor } : {}) } },
      }),
    ),
  );
  const add = may && (
    <Button look="primary" onClick={() => setAdding(true)}>
      <Plus size={14} aria-hidden="true" /> Write an article
    </Button>
  );
  return (
    <Page title="Knowledge" actions={add}>
      <PlatformTabs />
      <div className="border-b px-4 py-2.5 md:px-6">
        <SearchField label="Search in all articles" onSearch={setQ} />
      </div>
      <Paged
        of={found}
        label="Loading articles"
        empty={
          q ? (
            <Empty title="No article has these words." />
          ) : (
            <Empty title="There is no article yet." first={add}>
              What the team should find again: how something is set up, what went wrong and why.
            </Empty>
          )
        }
      >
        {(items) => (
          <List
            label="Articles"
            items={items}
            idOf={({ id }) => id}
            to={({ id }) => `/platform/knowledge/${id}`}
            row={({ title, tags, snippet, updated_at, created_by }) => (
              <div className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 px-4 py-2 md:px-6">
                <p className="flex min-w-0 flex-wrap items-baseline gap-x-3">
                  <span className="foreign font-medium">{oneLine(title, 200)}</span>
                  {tags.length > 0 && <Tags of={tags} />}
                </p>
                <p className="text-right text-muted text-sm">
                  <span className="max-md:hidden">{oneLine(created_by.name, 60)}, </span>
                  <Time at={updated_at} />
                </p>
                {snippet && <Found snippet={snippet} />}
              </div>
            )}
          />
        )}
      </Paged>
      {adding && (
        <FormDialog
          title="Write an article"
          verb="Keep the article"
          fields={FIELDS}
          submit={(body) =>
            ask(api.POST("/api/knowledge", { params: { header: idempotencyKey() }, body: body as never }))
          }
          onDone={() => changed("knowledge")}
          onClose={() => setAdding(false)}
        />
      )}
    </Page>
  );
}

/** A piece of the text, in which the server marks the words that were looked for «so». */
function Found({ snippet }: { snippet: string }) {
  return (
    <p className="foreign col-span-2 text-muted text-sm">
      {oneLine(snippet, 300)
        .split(/«([^«»]*)»/)
        .map((part, index) =>
          index % 2 === 1 ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
            <mark key={index} className="rounded-sm bg-warn-soft text-text">
              {part}
            </mark>
          ) : (
            part
          ),
        )}
    </p>
  );
}

export function ArticlePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate();
  const may = useMay("runs:execute");
  const [doing, setDoing] = useState<"change" | "delete" | null>(null);
  const params = { path: { id } };
  const query = useQuery({
    queryKey: ["knowledge", id],
    queryFn: async () => (await ask(api.GET("/api/knowledge/{id}", { params }))).article,
  });
  const article = query.data;
  if (!article)
    return (
      <Page title="Article">
        {query.error ? (
          <Problem error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Loading lines={8} />
        )}
      </Page>
    );
  return (
    <Page
      title={article.title}
      actions={
        may && (
          <>
            <Button look="danger-quiet" onClick={() => setDoing("delete")}>
              Delete…
            </Button>
            <Button onClick={() => setDoing("change")}>Change</Button>
          </>
        )
      }
    >
      <p className="flex flex-wrap items-baseline gap-x-3 px-4 pb-3 text-muted md:px-6">
        <Link to="/platform/knowledge" className="text-accent hover:underline">
          Knowledge
        </Link>
        <span className="foreign">by {oneLine(article.created_by.name, 100)}</span>
        <Time at={article.updated_at} />
        {article.tags.length > 0 && <Tags of={article.tags} />}
        {article.url && <span className="foreign font-mono text-sm">{oneLine(article.url, 200)}</span>}
      </p>
      <div className="foreign max-w-prose whitespace-pre-wrap px-4 text-lg md:px-6">
        {visible(article.body)}
      </div>
      {doing === "change" && (
        <FormDialog
          title="Change the article"
          verb="Keep the article"
          fields={FIELDS}
          initial={article}
          nulls
          submit={(body) => ask(api.PUT("/api/knowledge/{id}", { params, body: body as never }))}
          onDone={() => changed("knowledge")}
          onClose={() => setDoing(null)}
        />
      )}
      {doing === "delete" && (
        <Confirm
          title={`Delete “${oneLine(article.title, 80)}”?`}
          verb="Delete the article"
          run={() => ask(api.DELETE("/api/knowledge/{id}", { params }))}
          onDone={() => {
            changed("knowledge");
            void navigate({ to: "/platform/knowledge" });
          }}
          onClose={() => setDoing(null)}
        >
          <p>It cannot be brought back.</p>
        </Confirm>
      )}
    </Page>
  );
}
