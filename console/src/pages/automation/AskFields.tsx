/** What runs by itself: a command, its arguments as fields of their own, and where it runs. */
import { useQuery } from "@tanstack/react-query";
import { issueAt } from "../../api/problem.ts";
import { agentsQuery, commandQuery, commandsQuery } from "../../api/queries.ts";
import type { Values } from "../../api/types.ts";
import { Field, Select, TextInput } from "../../components/Field.tsx";
import { draftOf, readDraft } from "../../palette/arguments.ts";
import { ParameterField } from "../../palette/ParameterField.tsx";

export interface AskDraft {
  command: string;
  /** As typed, by parameter. */
  args: { [name: string]: string };
  agent: string;
  cwd: string;
}
export interface Asked {
  command: string;
  args?: Values;
  agent?: { id?: string | undefined } | undefined;
  cwd?: string | undefined;
}

export const NOTHING_ASKED: AskDraft = { command: "", args: {}, agent: "", cwd: "" };

/** Filled with what is stored. */
export function askDraftOf({ command, args = {}, agent, cwd }: Asked): AskDraft {
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return {
    command,
    args: Object.fromEntries(Object.entries(args).map(([name, value]) => [name, text(value)])),
    agent: agent?.id ?? "",
    cwd: cwd ?? "",
  };
}

export function AskFields({
  draft,
  error,
  onChange,
}: {
  draft: AskDraft;
  error: unknown;
  onChange(change: Partial<AskDraft>): void;
}) {
  const commands = useQuery(commandsQuery);
  const agents = useQuery(agentsQuery);
  const known = commands.data?.some(({ slug }) => slug === draft.command) ?? false;
  const command = useQuery({ ...commandQuery(draft.command), enabled: known });
  return (
    <>
      <Field
        label="Command"
        required
        error={
          issueAt(error, "command") ??
          (draft.command && commands.data && !known ? "there is no such command" : undefined)
        }
      >
        {(wear) => (
          <>
            <TextInput
              {...wear}
              mono
              list={`${wear.id}-known`}
              value={draft.command}
              placeholder="git-status"
              onChange={(event) => onChange({ command: event.target.value.trim() })}
            />
            <datalist id={`${wear.id}-known`}>
              {commands.data?.map(({ slug, description }) => (
                <option key={slug} value={slug}>
                  {description}
                </option>
              ))}
            </datalist>
          </>
        )}
      </Field>
      {command.data?.parameters.map((parameter) => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          value={draft.args[parameter.name] ?? ""}
          error={issueAt(error, `args.${parameter.name}`, parameter.name)}
          onChange={(value) => onChange({ args: { ...draft.args, [parameter.name]: value } })}
        />
      ))}
      <Field
        label="Folder"
        hint="where the project lies, below the agent’s root"
        error={issueAt(error, "cwd")}
      >
        {(wear) => (
          <TextInput
            {...wear}
            mono
            value={draft.cwd}
            placeholder="its root folder"
            onChange={(event) => onChange({ cwd: event.target.value })}
          />
        )}
      </Field>
      <Field label="Agent" error={issueAt(error, "agent")}>
        {(wear) => (
          <Select {...wear} value={draft.agent} onChange={(event) => onChange({ agent: event.target.value })}>
            <option value="">any that fits</option>
            {agents.data?.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </>
  );
}

/** What is sent of it, read with the command's own parameters. */
export function useAsked(draft: AskDraft): Asked & { args: Values } {
  const commands = useQuery(commandsQuery);
  const parameters = commands.data?.find(({ slug }) => slug === draft.command)?.parameters ?? [];
  const { args } = readDraft(parameters, { ...draftOf(parameters, {}), ...draft.args });
  return {
    command: draft.command,
    args,
    ...(draft.agent ? { agent: { id: draft.agent } } : {}),
    ...(draft.cwd ? { cwd: draft.cwd } : {}),
  };
}
