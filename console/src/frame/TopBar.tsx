import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronDown, Search } from "lucide-react";
import { connection } from "../api/connection.ts";
import { useStore } from "../api/store.ts";
import type { Me } from "../api/types.ts";
import { Keys } from "../components/Button.tsx";
import { Menu } from "../components/Menu.tsx";
import { StatusIcon } from "../components/Status.tsx";
import { exactTime, lastingText, useNow } from "../components/Time.tsx";
import { oneLine } from "../components/visible.ts";
import { openPalette } from "../palette/open.ts";
import { helpOpen } from "./Help.tsx";
import { signOut } from "./sign-out.ts";
import { setTheme, theme } from "./theme.ts";

/** Where one is, who one is, whether the workspace answers, and the field that leads everywhere. */
export function TopBar({ me }: { me: Me | undefined }) {
  // The field stays in the middle, whatever stands beside it.
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-b px-3 md:col-span-2 md:grid md:grid-cols-[minmax(0,1fr)_minmax(0,28rem)_minmax(0,1fr)] md:px-4">
      <Link to="/" className="flex min-w-0 items-center gap-2 font-semibold">
        <img src="/favicon.svg" alt="" width={20} height={20} />
        <span className="foreign max-w-40 truncate max-sm:max-w-28">
          {oneLine(me?.tenant.name ?? "Workspace", 100)}
        </span>
      </Link>
      <button
        type="button"
        onClick={() => openPalette()}
        aria-haspopup="dialog"
        className="flex h-8 w-full min-w-0 items-center gap-2 rounded border border-line-strong bg-raised px-2.5 text-left text-faint hover:border-faint max-md:hidden"
      >
        <Search size={14} aria-hidden="true" className="shrink-0" />
        <span className="flex-1 truncate">What do you want to run?</span>
        <Keys of="mod+K" />
      </button>
      <div className="flex min-w-0 items-center gap-1 max-md:ml-auto md:justify-self-end">
        <ConnectionMark />
        {me && <Person me={me} />}
      </div>
    </header>
  );
}

/** Quiet while all is well; says since when it is not. */
function ConnectionMark() {
  const now = useStore(connection);
  return (
    <div role="status" className="text-sm">
      {now.state === "online" ? (
        <span className="inline-flex items-center gap-1.5 px-2 text-muted" title="Connected to the workspace">
          <span aria-hidden="true" className="size-1.5 rounded-full bg-ok" />
          <span className="max-lg:sr-only">connected</span>
        </span>
      ) : (
        <span className="inline-flex items-center gap-1.5 rounded-sm bg-bad-soft px-2 py-0.5 text-bad">
          <StatusIcon status="offline" size={12} />
          <span>
            not connected
            <span className="max-sm:hidden">
              {" "}
              for <Since at={now.since} />
            </span>
          </span>
        </span>
      )}
    </div>
  );
}

function Since({ at }: { at: number }) {
  const now = useNow();
  return <time title={`since ${exactTime(at)}`}>{lastingText(now - at)}</time>;
}

function Person({ me }: { me: Me }) {
  const chosen = useStore(theme);
  const navigate = useNavigate();
  const name = me.user?.name ?? me.name;
  const check = (on: boolean) => (on ? <StatusIcon status="succeeded" size={12} /> : null);
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex min-h-8 min-w-0 items-center gap-1.5 rounded px-1.5 text-muted hover:bg-hover hover:text-text"
        >
          <span
            aria-hidden="true"
            className="grid size-6 place-items-center rounded-full bg-accent-soft font-semibold text-accent text-sm uppercase"
          >
            {name.slice(0, 1)}
          </span>
          <span className="foreign max-w-32 truncate max-md:sr-only">{oneLine(name, 100)}</span>
          <ChevronDown size={13} aria-hidden="true" className="max-md:hidden" />
        </button>
      }
      items={[
        { heading: me.user ? `${me.user.email}, ${me.user.role}` : `${me.name}, ${me.type}` },
        { heading: `workspace ${me.tenant.name}` },
        "line",
        { label: "Light", beside: check(chosen === "light"), run: () => setTheme("light") },
        { label: "Dark", beside: check(chosen === "dark"), run: () => setTheme("dark") },
        { label: "As the system", beside: check(chosen === "system"), run: () => setTheme("system") },
        "line",
        { label: "Settings", run: () => void navigate({ to: "/settings" }) },
        { label: "Keys", beside: <Keys of="?" />, run: () => helpOpen.set(true) },
        { label: "Sign out", run: () => void signOut() },
      ]}
    />
  );
}
