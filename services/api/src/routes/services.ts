import { perform } from "@tw/shared/platform/action";
import {
  serviceListSchema,
  serviceSchema,
  servicesGet,
  servicesList,
  servicesPut,
  servicesRemove,
} from "@tw/shared/platform/services";
import * as z from "zod";
import { contextOf, serviceShape } from "../platform-route.ts";
import { answer, type Route, route } from "../route.ts";
import { pageOf } from "../schemas.ts";

const service = z.strictObject({ service: serviceShape });
const tag = "Services";

/** Definitions of long-running programs, with their state as an agent last reported it. */
export const serviceRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/services",
    summary: "Services by name",
    tag,
    scope: servicesList.scope,
    query: serviceListSchema,
    answers: { 200: { description: "A page of services", schema: pageOf(serviceShape) } },
    handle: async (call) => answer(200, await servicesList.run(contextOf(call), call.query)),
  }),
  route({
    method: "GET",
    path: "/api/services/{name}",
    summary: "One service",
    tag,
    scope: servicesGet.scope,
    answers: { 200: { description: "The service", schema: service } },
    handle: async (call) =>
      answer(200, await servicesGet.run(contextOf(call), { name: call.params.name as string })),
  }),
  route({
    method: "PUT",
    path: "/api/services/{name}",
    summary: "Define a service, or change it; what runs goes on until it is restarted",
    tag,
    scope: servicesPut.scope,
    body: serviceSchema,
    answers: {
      200: { description: "Changed", schema: service },
      201: { description: "Defined", schema: service },
    },
    async handle(call) {
      const input = { name: call.params.name as string, ...call.body };
      const { service, created } = await perform(servicesPut, contextOf(call), input);
      return answer(created ? 201 : 200, { service });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/services/{name}",
    summary: "Remove a service that is stopped",
    tag,
    scope: servicesRemove.scope,
    answers: { 204: { description: "Removed" } },
    async handle(call) {
      await servicesRemove.run(contextOf(call), { name: call.params.name as string });
      return answer(204, null);
    },
  }),
];
