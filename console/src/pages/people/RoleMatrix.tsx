/** What each role may do: one small table on every screen, since it is read across. */
import { Code } from "../../components/Code.tsx";
import { StatusIcon } from "../../components/Status.tsx";
import { SCOPE_WORDS } from "./scope-words.ts";

export function RoleMatrix({
  scopes,
  roles,
  mine,
}: {
  scopes: readonly string[];
  roles: { [role: string]: readonly string[] };
  mine: readonly string[];
}) {
  const columns = [
    ...Object.entries(roles).map(([name, may]) => ({ name, may })),
    { name: "you", may: mine },
  ];
  return (
    <table aria-label="What each role may do" className="w-full table-fixed">
      <thead>
        <tr className="border-b text-muted text-sm max-md:text-xs">
          <th
            scope="col"
            className="px-4 py-1.5 text-left font-normal max-md:w-[31%] max-md:pr-1 md:w-80 md:px-6"
          >
            Permission
          </th>
          {columns.map(({ name }) => (
            <th key={name} scope="col" className="px-0.5 py-1.5 font-normal last:pr-2 md:last:pr-6">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {scopes.map((scope) => (
          <tr key={scope} className="border-b last:border-b-0">
            <th scope="row" className="px-4 py-1.5 text-left font-normal max-md:pr-1 md:px-6">
              <span className="block">{SCOPE_WORDS[scope] ?? scope}</span>
              <Code className="text-muted max-md:hidden">{scope}</Code>
            </th>
            {columns.map(({ name, may }) => (
              <td key={name} className="px-0.5 text-center align-middle last:pr-2 md:last:pr-6">
                {may.includes(scope) ? (
                  <span className="inline-flex align-middle">
                    <StatusIcon status="succeeded" />
                    <span className="sr-only">yes</span>
                  </span>
                ) : (
                  <span className="text-faint" title="no">
                    –
                  </span>
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
