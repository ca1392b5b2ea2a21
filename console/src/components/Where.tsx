/** Where something runs: on which agent and in which folder, or in the workspace itself. */
import { useAgentName } from "../frame/agents.ts";
import { Code } from "./Code.tsx";

export function Where({
  agent,
  labels = [],
  soFar = [],
  cwd,
  ofType,
}: {
  /** The one it is for; null where any that fits may take it. */
  agent: string | null;
  /** What an agent must have to fit. */
  labels?: readonly string[];
  /** Agents that ran the steps before it. */
  soFar?: readonly string[];
  cwd: string | null;
  /** Types of the steps; undefined while they are not known. */
  ofType?: readonly (string | undefined)[];
}) {
  const nameOf = useAgentName();
  const named = (id: string) => <Code>{nameOf(id) ?? `agt_…${id.slice(-6)}`}</Code>;
  if (ofType?.length && ofType.every((type) => type === "api" || type === "external"))
    return "in the workspace";
  return (
    <>
      on{" "}
      {agent ? (
        named(agent)
      ) : (
        <>
          {labels.length > 0 ? (
            <>
              any agent labelled <Code>{labels.join(", ")}</Code>
            </>
          ) : (
            "any agent that fits"
          )}
          {soFar.length > 0 && (
            <>
              {" "}
              (so far{" "}
              {soFar.map((id, index) => (
                <span key={id}>
                  {index > 0 && ", "}
                  {named(id)}
                </span>
              ))}
              )
            </>
          )}
        </>
      )}
      , in {cwd ? <Code>{cwd}</Code> : "its root folder"}
    </>
  );
}
