/** The versions of a workflow: what each changed, and the way back to an older one. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button } from "../../components/Button.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { useTitle } from "../../components/Page.tsx";
import { TextEditor } from "../../components/TextEditor.tsx";
import { exactTime, Time } from "../../components/Time.tsx";
import { visible } from "../../components/visible.ts";
import { useName } from "../people/use-name.ts";
import { versionsQuery } from "./stored.ts";
import { keepDraft } from "./use-draft.ts";

const SHOWN = 100;

export function VersionsPage() {
  const { slug } = useParams({ from: "/workflows/$slug/versions" });
  const search = useSearch({ from: "/workflows/$slug/versions" });
  const navigate = useNavigate();
  const name = useName();
  const by = (who: string) => (who === "library" ? "came with the library" : `by ${name(who)}`);
  const versions = useQuery(versionsQuery(slug, SHOWN));
  useTitle(`Versions of ${slug}`);
  if (!versions.data)
    return versions.error ? (
      <Problem error={versions.error} retry={() => void versions.refetch()} />
    ) : (
      <Loading label="Loading the versions" />
    );
  const items = versions.data;
  const at = Math.max(
    0,
    items.findIndex(({ version }) => version === search.version),
  );
  const chosen = items[at];
  const before = items[at + 1];
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex min-h-12 flex-wrap items-center gap-x-3 border-b px-4 py-1.5">
        <h1 className="foreign min-w-0 truncate font-semibold text-lg">
          <Link to="/workflows" className="font-normal text-muted hover:text-text">
            Workflows
          </Link>
          <span className="text-faint"> / </span>
          <Link to="/workflows/$slug" params={{ slug }} className="font-normal text-muted hover:text-text">
            {visible(slug)}
          </Link>
          <span className="text-faint"> / </span>Versions
        </h1>
      </header>
      <div className="grid min-h-0 flex-1 max-md:grid-rows-[auto_minmax(0,1fr)] md:grid-cols-[15rem_minmax(0,1fr)]">
        <nav
          aria-label="Versions"
          className="overflow-y-auto border-r p-1.5 max-md:max-h-40 max-md:border-r-0 max-md:border-b"
        >
          {items.map((one) => (
            <Link
              key={one.version}
              to="/workflows/$slug/versions"
              params={{ slug }}
              search={{ version: one.version }}
              replace
              aria-current={one === chosen ? "true" : undefined}
              className="block rounded px-2.5 py-1.5 hover:bg-hover aria-[current=true]:bg-selected"
            >
              <span className="flex items-baseline justify-between gap-2">
                <span>Version {one.version}</span>
                <Time at={one.createdAt} className="text-muted text-sm" />
              </span>
              <span className="foreign block truncate text-muted text-sm">{by(one.createdBy)}</span>
            </Link>
          ))}
        </nav>
        {chosen && (
          <section aria-label={`Version ${chosen.version}`} className="flex min-h-0 min-w-0 flex-col">
            <div className="flex min-h-11 flex-wrap items-center gap-3 border-b px-4 py-1.5">
              <h2 className="font-medium">
                {before
                  ? `Changes from version ${before.version} to version ${chosen.version}`
                  : `Version ${chosen.version}, the first`}
              </h2>
              <span className="foreign text-muted text-sm">
                {by(chosen.createdBy)}, {exactTime(chosen.createdAt)}
              </span>
              {at > 0 && (
                <Button
                  className="ml-auto"
                  onClick={() => {
                    keepDraft(slug, { text: chosen.text, version: items[0]?.version ?? null });
                    void navigate({ to: "/workflows/$slug", params: { slug } });
                  }}
                >
                  Go back to version {chosen.version}…
                </Button>
              )}
            </div>
            <div className="min-h-0 flex-1">
              <TextEditor
                key={chosen.version}
                label={`Version ${chosen.version}`}
                value={chosen.text}
                {...(before ? { original: before.text } : {})}
              />
            </div>
          </section>
        )}
      </div>
    </div>
  );
}
