import {
  clientChangeSchema,
  clientListSchema,
  clientsArchive,
  clientsCreate,
  clientsGet,
  clientsList,
  clientsUpdate,
  newClientSchema,
} from "@tw/shared/platform/clients";
import {
  deploymentListSchema,
  deploymentsGet,
  deploymentsList,
  deploymentsRecord,
  newDeploymentSchema,
} from "@tw/shared/platform/deployments";
import * as z from "zod";
import { clientShape, contextOf, deploymentShape } from "../platform-route.ts";
import { answer, type Route, route } from "../route.ts";
import { pageOf } from "../schemas.ts";

const client = z.strictObject({ client: clientShape });
const deployment = z.strictObject({ deployment: deploymentShape });
const tag = "Platform";

/** Clients, and what was deployed for them. */
export const clientRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/clients",
    summary: "Clients, newest first; `q` looks in name, company and address",
    tag,
    scope: clientsList.scope,
    query: clientListSchema,
    answers: { 200: { description: "A page of clients", schema: pageOf(clientShape) } },
    handle: async (call) => answer(200, await clientsList.run(contextOf(call), call.query)),
  }),
  route({
    method: "GET",
    path: "/api/clients/{id}",
    summary: "One client",
    tag,
    scope: clientsGet.scope,
    answers: { 200: { description: "The client", schema: client } },
    handle: async (call) =>
      answer(200, await clientsGet.run(contextOf(call), { id: call.params.id as string })),
  }),
  route({
    method: "POST",
    path: "/api/clients",
    summary: "Add a client",
    tag,
    scope: clientsCreate.scope,
    body: newClientSchema,
    answers: { 201: { description: "The client", schema: client } },
    creates: "plain",
    async handle(call) {
      const made = await clientsCreate.run(contextOf(call), call.body);
      return answer(201, made, { Location: `/api/clients/${(made.client as { id: string }).id}` });
    },
  }),
  route({
    method: "PUT",
    path: "/api/clients/{id}",
    summary: "Change what is given of a client; null takes a value away",
    tag,
    scope: clientsUpdate.scope,
    body: clientChangeSchema,
    answers: { 200: { description: "The client", schema: client } },
    async handle(call) {
      const { client } = await clientsUpdate.run(contextOf(call), {
        id: call.params.id as string,
        ...call.body,
      });
      return answer(200, { client });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/clients/{id}",
    summary: "Archive a client; nothing that refers to them is lost",
    tag,
    scope: clientsArchive.scope,
    answers: { 200: { description: "The client, archived", schema: client } },
    async handle(call) {
      const { client } = await clientsArchive.run(contextOf(call), { id: call.params.id as string });
      return answer(200, { client });
    },
  }),
  route({
    method: "GET",
    path: "/api/deployments",
    summary: "What was deployed, newest first",
    tag,
    scope: deploymentsList.scope,
    query: deploymentListSchema,
    answers: { 200: { description: "A page of deployments", schema: pageOf(deploymentShape) } },
    handle: async (call) => answer(200, await deploymentsList.run(contextOf(call), call.query)),
  }),
  route({
    method: "GET",
    path: "/api/deployments/{id}",
    summary: "One deployment",
    tag,
    scope: deploymentsGet.scope,
    answers: { 200: { description: "The deployment", schema: deployment } },
    handle: async (call) =>
      answer(200, await deploymentsGet.run(contextOf(call), { id: call.params.id as string })),
  }),
  route({
    method: "POST",
    path: "/api/deployments",
    summary: "Record a deployment",
    tag,
    scope: deploymentsRecord.scope,
    body: newDeploymentSchema,
    answers: { 201: { description: "The deployment", schema: deployment } },
    creates: "plain",
    async handle(call) {
      const made = await deploymentsRecord.run(contextOf(call), call.body);
      return answer(201, made, {
        Location: `/api/deployments/${(made.deployment as { id: string }).id}`,
      });
    },
  }),
];
