/** A workflow in the builder: a new one, or a stored one as it was written. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { commandQuery, commandsQuery } from "../../api/queries.ts";
import { Loading, Problem } from "../../components/Empty.tsx";
import { Builder } from "./Builder.tsx";
import { versionsQuery } from "./stored.ts";

const START = `name: New workflow
type: workflow
effect: write
definition:
  rollback_on_error: true
  steps: []
`;

export function NewWorkflowPage() {
  const commands = useQuery(commandsQuery);
  if (!commands.data) return <Waiting query={commands} />;
  return <Builder key="new" stored={null} start={START} commands={commands.data} />;
}

export function BuilderPage() {
  const { slug } = useParams({ from: "/workflows/$slug" });
  return <Stored key={slug} slug={slug} />;
}

function Stored({ slug }: { slug: string }) {
  const commands = useQuery(commandsQuery);
  const command = useQuery(commandQuery(slug));
  const versions = useQuery(versionsQuery(slug, 1));
  const newest = versions.data?.[0];
  if (!commands.data) return <Waiting query={commands} />;
  if (!command.data) return <Waiting query={command} />;
  if (!newest) return <Waiting query={versions} />;
  return (
    <Builder
      key={`${slug} ${newest.version}`}
      stored={{ slug, version: newest.version, library: command.data.is_public, text: newest.text }}
      start={newest.text}
      commands={commands.data}
    />
  );
}

function Waiting({ query }: { query: { error: unknown; refetch(): unknown } }) {
  return query.error ? (
    <Problem error={query.error} retry={() => void query.refetch()} />
  ) : (
    <Loading lines={8} label="Loading the workflow" />
  );
}
