import {
  articleChangeSchema,
  knowledgeAdd,
  knowledgeGet,
  knowledgeListSchema,
  knowledgeRemove,
  knowledgeSearch,
  knowledgeUpdate,
  newArticleSchema,
} from "@tw/shared/platform/knowledge";
import * as z from "zod";
import { articleShape, contextOf, hitShape } from "../platform-route.ts";
import { answer, type Route, route } from "../route.ts";
import { pageOf } from "../schemas.ts";

const article = z.strictObject({ article: articleShape });
const tag = "Platform";

/** The knowledge base. */
export const knowledgeRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/knowledge",
    summary: "With `q` the best matches of a full-text search; else all articles, newest first",
    tag,
    scope: knowledgeSearch.scope,
    query: knowledgeListSchema,
    answers: { 200: { description: "Articles without their bodies", schema: pageOf(hitShape) } },
    handle: async (call) => answer(200, await knowledgeSearch.run(contextOf(call), call.query)),
  }),
  route({
    method: "GET",
    path: "/api/knowledge/{id}",
    summary: "One article",
    tag,
    scope: knowledgeGet.scope,
    answers: { 200: { description: "The article", schema: article } },
    handle: async (call) =>
      answer(200, await knowledgeGet.run(contextOf(call), { id: call.params.id as string })),
  }),
  route({
    method: "POST",
    path: "/api/knowledge",
    summary: "Add an article",
    tag,
    scope: knowledgeAdd.scope,
    body: newArticleSchema,
    answers: { 201: { description: "The article", schema: article } },
    creates: "plain",
    async handle(call) {
      const made = await knowledgeAdd.run(contextOf(call), call.body);
      return answer(201, made, { Location: `/api/knowledge/${(made.article as { id: string }).id}` });
    },
  }),
  route({
    method: "PUT",
    path: "/api/knowledge/{id}",
    summary: "Change what is given of an article",
    tag,
    scope: knowledgeUpdate.scope,
    body: articleChangeSchema,
    answers: { 200: { description: "The article", schema: article } },
    handle: async (call) =>
      answer(200, await knowledgeUpdate.run(contextOf(call), { id: call.params.id as string, ...call.body })),
  }),
  route({
    method: "DELETE",
    path: "/api/knowledge/{id}",
    summary: "Remove an article",
    tag,
    scope: knowledgeRemove.scope,
    answers: { 204: { description: "Removed" } },
    async handle(call) {
      await knowledgeRemove.run(contextOf(call), { id: call.params.id as string });
      return answer(204, null);
    },
  }),
];
