import { perform } from "@tw/shared/platform/action";
import {
  grantSchema,
  groupSchema,
  groupsList,
  groupsPut,
  groupsRemove,
  iamGrant,
  iamRevoke,
  revokeSchema,
} from "@tw/shared/platform/iam";
import * as z from "zod";
import { contextOf, grantShape, groupShape } from "../platform-route.ts";
import { answer, type Route, route } from "../route.ts";
import { pageOf } from "../schemas.ts";

const tag = "People";

/** Groups of people, and scopes granted beyond a role. */
export const iamRoutes: Route[] = [
  route({
    method: "POST",
    path: "/api/iam/permissions/grant",
    summary: "Grant a scope to a person or a group, for good or until a time",
    tag,
    scope: iamGrant.scope,
    body: grantSchema,
    answers: { 200: { description: "The grant", schema: z.strictObject({ grant: grantShape }) } },
    handle: async (call) => answer(200, await iamGrant.run(contextOf(call), call.body)),
  }),
  route({
    method: "POST",
    path: "/api/iam/permissions/revoke",
    summary: "Take a granted scope away again; what the role holds stays",
    tag,
    scope: iamRevoke.scope,
    body: revokeSchema,
    answers: {
      200: {
        description: "Whether there was such a grant",
        schema: z.strictObject({
          revoked: z.boolean(),
          subject_type: z.enum(["user", "group"]),
          subject: z.string(),
          scope: z.string(),
        }),
      },
    },
    handle: async (call) => answer(200, await iamRevoke.run(contextOf(call), call.body)),
  }),
  route({
    method: "GET",
    path: "/api/iam/groups",
    summary: "Groups and who is in them",
    tag,
    scope: groupsList.scope,
    answers: { 200: { description: "All groups", schema: pageOf(groupShape) } },
    handle: async (call) => answer(200, await groupsList.run(contextOf(call), {})),
  }),
  route({
    method: "PUT",
    path: "/api/iam/groups/{name}",
    summary: "Make a group what is said: its description and exactly these members",
    tag,
    scope: groupsPut.scope,
    body: groupSchema,
    answers: { 200: { description: "The group", schema: z.strictObject({ group: groupShape }) } },
    handle: async (call) =>
      answer(200, await perform(groupsPut, contextOf(call), { name: call.params.name, ...call.body })),
  }),
  route({
    method: "DELETE",
    path: "/api/iam/groups/{name}",
    summary: "End a group; its members leave it and what it was granted ends",
    tag,
    scope: groupsRemove.scope,
    answers: { 204: { description: "Ended" } },
    async handle(call) {
      await groupsRemove.run(contextOf(call), { name: call.params.name as string });
      return answer(204, null);
    },
  }),
];
