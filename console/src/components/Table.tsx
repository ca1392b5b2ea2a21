/** Rows and columns that scroll sideways by themselves where they do not fit; on a phone each row becomes a small block. */
import type { ReactNode } from "react";

export interface Column<T> {
  head: string;
  cell(row: T): ReactNode;
  /** Numbers and times stand at the right. */
  right?: boolean;
  /** What can be done with the row: without a head on a phone. */
  actions?: boolean;
  /** Left out on a phone. */
  wide?: boolean;
}

/** Away from the column behind it, which begins at its left. */
const RIGHT = "text-right max-md:text-left md:not-last:pr-8";

/** Beside each other, what ends the row apart from the rest; on a phone their words and borders are equally far apart and begin where the words above them do. */
const ACTIONS = `flex gap-1 max-md:mt-1 max-md:flex-wrap max-md:gap-x-4 max-md:[&>.bg-transparent]:-mx-1 max-md:[&>.bg-transparent]:px-1 md:justify-end
  md:[&>.text-bad:not(:first-child)]:ml-1.5 max-md:[&>.text-bad:not(:first-child)]:ml-auto`;

export function Table<T>({
  label,
  columns,
  rows,
  idOf,
}: {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  idOf(row: T, index: number): string;
}) {
  const first = columns.findIndex(({ wide }) => !wide);
  return (
    <div className="relative max-w-full overflow-x-auto">
      <table aria-label={label} className="w-full max-md:block">
        <thead className="max-md:sr-only">
          <tr className="border-b text-left text-muted text-sm">
            {columns.map(({ head, right, actions }) => (
              <th
                key={head}
                scope="col"
                className={`px-2 py-1.5 font-normal first:pl-4 last:pr-4 md:first:pl-6 md:last:pr-6 ${right ? RIGHT : ""}`}
              >
                {actions ? <span className="sr-only">{head}</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-md:block">
          {rows.map((row, index) => (
            <tr
              key={idOf(row, index)}
              className="border-b last:border-b-0 max-md:grid max-md:gap-0.5 max-md:px-4 max-md:py-2.5"
            >
              {columns.map(({ head, cell, right, actions, wide }, at) => {
                const content = cell(row);
                // On a phone what is empty takes no line.
                const nothing =
                  wide || content === "" || content === "–" || content === false || content === null;
                return (
                  <td
                    key={head}
                    className={`align-baseline max-md:min-w-0 max-md:items-baseline max-md:gap-2 md:px-2 md:py-2 md:first:pl-6 md:last:pr-6 ${nothing ? "max-md:hidden" : "max-md:flex"} ${right ? RIGHT : ""}`}
                  >
                    {at > first && !actions && (
                      <span aria-hidden="true" className="w-24 shrink-0 text-muted text-sm md:hidden">
                        {head}
                      </span>
                    )}
                    <div
                      className={`foreign min-w-0 max-md:grow ${actions ? ACTIONS : "md:min-w-20 lg:min-w-28"}`}
                    >
                      {content === "–" ? <span className="text-faint">–</span> : content}
                    </div>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
