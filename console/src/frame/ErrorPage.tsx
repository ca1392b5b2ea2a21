import type { ErrorComponentProps } from "@tanstack/react-router";
import { Link } from "@tanstack/react-router";
import { saying } from "../api/problem.ts";
import { Button, buttonLook } from "../components/Button.tsx";
import { Problem } from "../components/Empty.tsx";
import { Page } from "../components/Page.tsx";

/** A page that could not be shown. The frame around it still works. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  // A page's code from before a new version of the console was put in place.
  const stale = /dynamically imported module|module script/i.test(saying(error));
  return (
    <Page title={stale ? "There is a newer console" : "This page broke"}>
      <Problem
        error={stale ? new Error("The page belongs to a version that was replaced. Load it again.") : error}
      />
      <div className="flex gap-2 px-4 py-3">
        <Button look="primary" onClick={() => (stale ? location.reload() : reset())}>
          {stale ? "Load the new console" : "Try again"}
        </Button>
        <Link to="/" className={buttonLook()}>
          Home
        </Link>
      </div>
    </Page>
  );
}

export function NotFoundPage() {
  return (
    <Page title="There is nothing here">
      <p className="max-w-prose px-4 text-muted md:px-6">
        No page of the console has this address. It may have been cut when it was copied.
      </p>
      <div className="px-4 py-3 md:px-6">
        <Link to="/" className={buttonLook("primary")}>
          Home
        </Link>
      </div>
    </Page>
  );
}
