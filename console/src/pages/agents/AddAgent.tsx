/** Adds an agent: first its name, then, this once, the lines that start it with its token. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, idempotencyKey } from "../../api/client.ts";
import { changed } from "../../api/place-queries.ts";
import { agentsQuery } from "../../api/queries.ts";
import { CodeBlock } from "../../components/Code.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Once } from "../../components/Once.tsx";
import { Status } from "../../components/Status.tsx";

export function AddAgent({ onClose }: { onClose(): void }) {
  const [made, setMade] = useState<{ id: string; name: string; token: string } | null>(null);
  if (made) return <Added made={made} onClose={onClose} />;
  return (
    <FormDialog
      title="Add an agent"
      verb="Add the agent"
      intro="It gets a token of its own, which opens nothing but its own connection."
      fields={[
        { name: "name", label: "Name", required: true, placeholder: "build machine" },
        {
          name: "labels",
          label: "Labels",
          kind: "words",
          hint: "runs can ask for a machine by them, such as linux, gpu; separated by commas",
        },
      ]}
      submit={async ({ name, labels }) => {
        const { agent, token } = await ask(
          api.POST("/api/agents", {
            params: { header: idempotencyKey() },
            body: { name: String(name), labels: labels as string[] },
          }),
        );
        changed("agents");
        setMade({ id: agent.id, name: agent.name, token });
      }}
      stay
      onClose={onClose}
    />
  );
}

function Added({ made, onClose }: { made: { id: string; name: string; token: string }; onClose(): void }) {
  const agents = useQuery({ ...agentsQuery, refetchInterval: 2_000 });
  const status = agents.data?.find(({ id }) => id === made.id)?.status ?? "offline";
  return (
    <Once title={`${made.name} was added`} value={made.token} label="the token" onClose={onClose}>
      <div className="grid gap-1.5">
        <p>On the machine, in the folder it may work in:</p>
        <CodeBlock
          label="the lines that start it"
          lines={[
            `export TW_URL=${location.origin}`,
            `export TW_TOKEN=${made.token}`,
            `export TW_ROOT="$PWD"`,
            "tw agent start",
          ]}
        />
        <p role="status" className="text-muted">
          {status === "online" ? (
            <>
              <Status status="online" />: it is connected.
            </>
          ) : (
            "Waiting for it to connect…"
          )}
        </p>
      </div>
    </Once>
  );
}
