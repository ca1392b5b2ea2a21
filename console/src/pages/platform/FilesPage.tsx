/** The workspace's files: folders, what is in them, up and down. */
import { Link, useSearch } from "@tanstack/react-router";
import { FileText, Folder, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { api, ask, csrfHeader, watchedFetch } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed } from "../../api/place-queries.ts";
import { problemOf } from "../../api/problem.ts";
import type { StoredFile } from "../../api/types.ts";
import { Button, buttonLook } from "../../components/Button.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty } from "../../components/Empty.tsx";
import { Page } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Table } from "../../components/Table.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { toast, toastProblem } from "../../frame/toasts.ts";
import { PlatformTabs } from "./PlatformTabs.tsx";

type Row = { folder: string } | { file: StoredFile };

const addressOf = (key: string) => `/api/r2/${key.split("/").map(encodeURIComponent).join("/")}`;

export function FilesPage() {
  const { prefix = "" } = useSearch({ strict: false }) as { prefix?: string };
  const may = useMay("runs:execute");
  const picker = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [ending, setEnding] = useState<StoredFile | null>(null);
  const found = usePaged<Row>(["files", prefix], async (cursor) => {
    const query = { limit: 100, prefix, delimiter: "/" as const, ...(cursor ? { cursor } : {}) };
    const { items, folders, next_cursor } = await ask(api.GET("/api/r2", { params: { query } }));
    return {
      items: [...folders.map((folder) => ({ folder })), ...items.map((file) => ({ file }))],
      next_cursor,
    };
  });
  const take = async (list: FileList | null) => {
    setBusy(true);
    try {
      for (const file of list ?? []) await store(`${prefix}${file.name}`, file);
      changed("files");
      toast({ kind: "ok", text: "Stored." });
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
      if (picker.current) picker.current.value = "";
    }
  };
  const upload = may && (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        tabIndex={-1}
        className="sr-only"
        aria-label="Files to store"
        onChange={(event) => void take(event.target.files)}
      />
      <Button look="primary" busy={busy} onClick={() => picker.current?.click()}>
        <Upload size={14} aria-hidden="true" /> Store files here…
      </Button>
    </>
  );
  const parts = prefix.split("/").filter(Boolean);
  return (
    <Page title="Files" actions={upload}>
      <PlatformTabs />
      <nav
        aria-label="Folder"
        className="foreign flex flex-wrap gap-x-1 border-b px-4 py-2 font-mono text-sm md:px-6"
      >
        <Link to="/platform/files" search={{}} className="text-accent hover:underline">
          files
        </Link>
        {parts.map((part, index) => (
          <span key={parts.slice(0, index + 1).join("/")}>
            {"/ "}
            <Link
              to="/platform/files"
              search={{ prefix: `${parts.slice(0, index + 1).join("/")}/` }}
              className="text-accent hover:underline"
            >
              {oneLine(part, 80)}
            </Link>
          </span>
        ))}
      </nav>
      <Paged
        of={found}
        label="Loading files"
        empty={
          <Empty title="There is nothing in this folder." first={upload}>
            Backups, build results and whatever a step stores are kept here.
          </Empty>
        }
      >
        {(rows) => (
          <Table
            label="Files"
            rows={rows}
            idOf={(row) => ("folder" in row ? row.folder : row.file.key)}
            columns={[
              {
                head: "Name",
                cell: (row) => {
                  const Mark = "folder" in row ? Folder : FileText;
                  const name = oneLine(
                    ("folder" in row ? row.folder : row.file.key).slice(prefix.length),
                    160,
                  );
                  return (
                    // The mark beside the baseline of the words, which is that of the row.
                    <span className="inline-grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-1.5 font-mono text-sm">
                      <Mark size={14} aria-hidden="true" className="translate-y-0.5 text-muted" />
                      {"folder" in row ? (
                        <Link
                          to="/platform/files"
                          search={{ prefix: row.folder }}
                          className="text-accent hover:underline"
                        >
                          {name}
                        </Link>
                      ) : (
                        <span>
                          {name}
                          <span className="block font-sans text-muted md:hidden">
                            {bytesText(row.file.bytes)}, <Time at={row.file.uploaded_at} />
                          </span>
                        </span>
                      )}
                    </span>
                  );
                },
              },
              {
                head: "Size",
                right: true,
                wide: true,
                cell: (row) =>
                  "file" in row ? <span className="tabular-nums">{bytesText(row.file.bytes)}</span> : "",
              },
              {
                head: "Kind",
                wide: true,
                cell: (row) => (
                  <span className="text-muted">
                    {"file" in row ? kindOf(row.file.content_type) : "folder"}
                  </span>
                ),
              },
              {
                head: "Stored",
                wide: true,
                cell: (row) =>
                  "file" in row ? <Time at={row.file.uploaded_at} className="text-muted" /> : "",
              },
              {
                head: "What to do",
                actions: true,
                cell: (row) =>
                  "file" in row && (
                    <>
                      <a
                        href={addressOf(row.file.key)}
                        download
                        aria-label={`Download ${row.file.key}`}
                        className={buttonLook("quiet")}
                      >
                        Download
                      </a>
                      {may && (
                        <Button
                          look="danger-quiet"
                          aria-label={`Delete ${row.file.key}`}
                          onClick={() => setEnding(row.file)}
                        >
                          Delete…
                        </Button>
                      )}
                    </>
                  ),
              },
            ]}
          />
        )}
      </Paged>
      {ending && (
        <Confirm
          title={`Delete ${oneLine(ending.key, 100)}?`}
          verb="Delete the file"
          run={async () => {
            const response = await watchedFetch(addressOf(ending.key), {
              method: "DELETE",
              headers: csrfHeader(),
            });
            if (!response.ok) throw problemOf(response.status, await response.json().catch(() => null));
          }}
          onDone={() => changed("files")}
          onClose={() => setEnding(null)}
        >
          <p>{bytesText(ending.bytes)} are gone for good.</p>
        </Confirm>
      )}
    </Page>
  );
}

async function store(key: string, file: File): Promise<void> {
  const response = await watchedFetch(addressOf(key), {
    method: "PUT",
    headers: { ...csrfHeader(), ...(file.type ? { "content-type": file.type } : {}) },
    body: file,
  });
  if (!response.ok) throw problemOf(response.status, await response.json().catch(() => null));
}

const KINDS: { [type: string]: string } = {
  "application/pdf": "PDF",
  "application/gzip": "compressed",
  "application/zip": "archive",
  "application/json": "JSON",
  "application/octet-stream": "data",
  "image/svg+xml": "image",
  "text/csv": "table",
};
/** What is in a file, in a word; what has none is told as it was stored. */
function kindOf(type: string | null): string {
  const [whole = ""] = (type ?? "").split(";");
  if (whole === "") return "not said";
  return KINDS[whole] ?? /^(text|image|audio|video)\//.exec(whole)?.[1] ?? whole;
}

/** "840 B", "12 kB", "3.4 MB". */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
