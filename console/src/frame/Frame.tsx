/** What stands around every page: the rail, the bar on top, the palette, the notes, the help. */
import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { signedOut } from "../api/connection.ts";
import { inboxQuery, meQuery } from "../api/queries.ts";
import { useStore } from "../api/store.ts";
import { openPalette, paletteOpen } from "../palette/open.ts";
// Not loaded when first wanted: who presses ⌘K types on at once, and no letter may be lost.
import { Palette } from "../palette/Palette.tsx";
import { onKey, useActions } from "./actions.ts";
import { BottomBar } from "./BottomBar.tsx";
import { Help, helpOpen } from "./Help.tsx";
import { PLACES } from "./nav.ts";
import { Rail } from "./Rail.tsx";
import { SignedOut } from "./SignedOut.tsx";
import { ToastRegion } from "./ToastRegion.tsx";
import { TopBar } from "./TopBar.tsx";
import { setTheme } from "./theme.ts";

export function Frame() {
  const out = useStore(signedOut);
  const me = useQuery({ ...meQuery, enabled: !out });
  const inbox = useQuery({ ...inboxQuery, enabled: !out && me.isSuccess });
  const paletteShown = useStore(paletteOpen) !== null;
  const navigate = useNavigate();
  const places = usePlaces();

  useEffect(() => {
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  useActions([
    {
      id: "palette.open",
      label: "Run a command or go somewhere",
      keys: "mod+k",
      group: "Everywhere",
      run: () => openPalette(),
      hidden: true,
    },
    {
      id: "help",
      label: "Show the keys",
      keys: "?",
      group: "Everywhere",
      run: () => helpOpen.set(true),
      // Where there are no keys there is nothing to show.
      hidden: matchMedia("(pointer: coarse)").matches,
    },
    ...places.map(({ to, label, keys }) => ({
      id: `go.${to}`,
      label: `Go to ${label}`,
      keys,
      group: "Go to",
      run: () => void navigate({ to }),
    })),
    { id: "theme.light", label: "Use the light theme", group: "Theme", run: () => setTheme("light") },
    { id: "theme.dark", label: "Use the dark theme", group: "Theme", run: () => setTheme("dark") },
    { id: "theme.system", label: "Use the system's theme", group: "Theme", run: () => setTheme("system") },
  ]);

  if (out) return <SignedOut />;
  const waiting = inbox.data?.length ?? 0;
  return (
    <div className="flex h-full flex-col md:grid md:grid-cols-[auto_1fr] md:grid-rows-[auto_1fr]">
      <a
        href="#page"
        className="sr-only z-50 rounded bg-raised px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <TopBar me={me.data} />
      <Rail places={places} waiting={waiting} />
      <main id="page" tabIndex={-1} className="min-h-0 min-w-0 flex-1 overflow-y-auto outline-none">
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <BottomBar places={places} waiting={waiting} />
      {paletteShown && <Palette />}
      <Help />
      <ToastRegion />
    </div>
  );
}

function usePlaces() {
  const router = useRouter();
  return PLACES.filter(({ to }) => to in router.routesByPath);
}
