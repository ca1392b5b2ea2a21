import { store, useStore } from "../api/store.ts";
import { Keys } from "../components/Button.tsx";
import { TitledDialog } from "../components/Dialog.tsx";
import { offered, offers } from "./actions.ts";

export const helpOpen = store(false);

/** Every key that does something on this page, now. */
export function Help() {
  const open = useStore(helpOpen);
  const all = useStore(offers);
  const groups = Map.groupBy(
    offered(all).filter((action) => action.keys !== undefined),
    (action) => action.group,
  );
  return (
    <TitledDialog open={open} onClose={() => helpOpen.set(false)} title="Keys">
      <p className="hidden rounded bg-sunken px-2.5 py-1.5 text-muted pointer-coarse:block">
        These are for a keyboard, if one is connected. All of it can be done by touch: tap a row to open it;
        Run, or the field at the top, finds commands and places; everything else has a button on its page.
      </p>
      {[...groups].map(([group, actions]) => (
        <section key={group} aria-label={group}>
          <h3 className="mb-1 text-faint text-sm">{group}</h3>
          <dl className="grid gap-1">
            {actions.map(({ id, label, keys }) => (
              <div key={id} className="flex items-center justify-between gap-4">
                <dt>{label}</dt>
                <dd>
                  <Keys of={keys ?? ""} always />
                  <span className="sr-only">{keys}</span>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </TitledDialog>
  );
}
