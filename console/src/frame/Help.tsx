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
      {[...groups].map(([group, actions]) => (
        <section key={group} aria-label={group}>
          <h3 className="mb-1 text-faint text-sm">{group}</h3>
          <dl className="grid gap-1">
            {actions.map(({ id, label, keys }) => (
              <div key={id} className="flex items-center justify-between gap-4">
                <dt>{label}</dt>
                <dd>
                  <Keys of={keys ?? ""} />
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
