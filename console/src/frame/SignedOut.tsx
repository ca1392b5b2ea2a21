import { buttonLook } from "../components/Button.tsx";
import { useTitle } from "../components/Page.tsx";

/** Instead of the console, when the API does not know who is asking. */
export function SignedOut() {
  useTitle("Signed out");
  const back = encodeURIComponent(location.pathname + location.search);
  return (
    <main className="mx-auto grid h-full max-w-sm content-center gap-3 p-6">
      <img src="/favicon.svg" alt="" width={32} height={32} />
      <h1 className="font-semibold text-xl">You are signed out</h1>
      <p className="text-muted">
        The sign-in page says how to get in; after that you are back on this page. On the machine that runs
        the workspace, the link that <code className="font-mono">npm start</code> prints signs you in at once.
      </p>
      <a href={`/sign-in?return_to=${back}`} className={`${buttonLook("primary", true)} w-fit`}>
        To the sign-in page
      </a>
    </main>
  );
}
