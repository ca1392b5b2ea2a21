/** The knowledge base: full-text search, add, change, remove. */
import * as z from "zod";
import { isNew } from "../db/audit.ts";
import {
  type Article,
  articleStatement,
  listArticles,
  readArticle,
  removeArticleStatement,
  searchKnowledge,
} from "../db/knowledge.ts";
import { action, json, missing, noted, type PlatformContext, page } from "./action.ts";
import { id, name, paging, webAddress } from "./fields.ts";

const tags = z
  .array(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,49}$/u, "letters, digits, - and _"))
  .max(20);
const body = z.string().min(1).max(100_000);
export const newArticleSchema = z.strictObject({
  title: name,
  body,
  tags: tags.default([]),
  url: webAddress,
});
export const articleChangeSchema = z.strictObject({
  title: name.optional(),
  body: body.optional(),
  tags: tags.optional(),
  url: webAddress,
});
export const knowledgeListSchema = z.strictObject({ ...paging, q: z.string().max(500).optional() });

/** With `q` the best matches; without it all articles, newest first. */
export const knowledgeSearch = action({
  scope: "runs:read",
  input: knowledgeListSchema,
  async run({ db, tenantId }, { q, limit, cursor }) {
    if (q === undefined) {
      const found = await listArticles(db, { tenantId, before: cursor ?? null, limit: limit + 1 });
      const { items, next_cursor } = page(found, limit, (article) => article.id);
      return { items: json(items), next_cursor };
    }
    const words = [...new Set(q.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, 12);
    const strict = await searchKnowledge(db, { tenantId, words, all: true, limit });
    // Nothing holds every word: what holds some is better than nothing.
    const found =
      strict.length > 0 || words.length < 2
        ? strict
        : await searchKnowledge(db, { tenantId, words, all: false, limit });
    return { items: json(found), next_cursor: null };
  },
});

export const knowledgeGet = action({
  scope: "runs:read",
  input: z.strictObject({ id }),
  run: async (context, input) => ({ article: json(await need(context, input.id)) }),
});

export const knowledgeAdd = action({
  scope: "runs:execute",
  input: newArticleSchema,
  async run(context, input) {
    const { db, tenantId, now, actor } = context;
    const article: Article = {
      id: await context.newId("knowledge"),
      title: input.title,
      body: input.body,
      tags: [...new Set(input.tags)],
      url: input.url ?? null,
      created_by: actor,
      created_at: now,
      updated_at: now,
    };
    const entry = { action: "knowledge.added", target: article.id, detail: { title: article.title } };
    await db.batch([
      noted(context, entry, isNew("knowledge", tenantId, article.id)),
      articleStatement(db, tenantId, article),
    ]);
    return { article: json(article) };
  },
});

export const knowledgeUpdate = action({
  scope: "runs:execute",
  input: z.strictObject({ id, ...articleChangeSchema.shape }),
  async run(context, { id: of, ...change }) {
    const before = await need(context, of);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const article = { ...before, ...given, updated_at: context.now } as Article;
    await context.db.batch([
      noted(context, { action: "knowledge.changed", target: of, detail: { fields: Object.keys(given) } }),
      articleStatement(context.db, context.tenantId, article),
    ]);
    return { article: json(article) };
  },
});

export const knowledgeRemove = action({
  scope: "runs:execute",
  input: z.strictObject({ id }),
  async run(context, input) {
    const article = await need(context, input.id);
    await context.db.batch([
      noted(context, { action: "knowledge.removed", target: article.id, detail: { title: article.title } }),
      removeArticleStatement(context.db, context.tenantId, article.id),
    ]);
    return { removed: article.id };
  },
});

async function need({ db, tenantId }: PlatformContext, of: string): Promise<Article> {
  const article = await readArticle(db, tenantId, of);
  if (!article) throw missing("article");
  return article;
}
