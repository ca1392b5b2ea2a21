/** The knowledge base: articles, found by full text. */
import type { Actor } from "../engine/state.ts";
import type { Row } from "./rows.ts";

export interface Article {
  id: string;
  title: string;
  body: string;
  tags: string[];
  url: string | null;
  created_by: Actor;
  created_at: number;
  updated_at: number;
}
export interface Hit extends Omit<Article, "body"> {
  /** The passage that matches, its words in «»; plain text. */
  snippet: string;
  /** The larger the better. */
  score: number;
}
const COLUMNS = "id, title, body, tags, url, created_by_json, created_at, updated_at";
const K_COLUMNS = COLUMNS.split(", ")
  .filter((column) => column !== "body")
  .map((column) => `k.${column}`)
  .join(", ");

/**
 * Articles that match, best first. Each word may be the beginning of a longer one; title counts most, then tags, then body.
 * @param all every word must be there, else one is enough
 */
export async function searchKnowledge(
  db: D1Database,
  ask: { tenantId: string; words: string[]; all: boolean; limit: number },
): Promise<Hit[]> {
  if (ask.words.length === 0) return [];
  const quoted = ask.words.map((word) => `"${word.replaceAll('"', '""')}"*`);
  const match = `tenant_id : "${ask.tenantId}" AND {title body tags} : (${quoted.join(ask.all ? " AND " : " OR ")})`;
  const { results } = await db
    .prepare(
      `SELECT ${K_COLUMNS}, snippet(knowledge_index, 2, '«', '»', '…', 24) AS snippet,
         -bm25(knowledge_index, 0, 8, 1, 4) AS score
       FROM knowledge_index JOIN knowledge k ON k.num = knowledge_index.rowid
       WHERE knowledge_index MATCH ?1 AND k.tenant_id = ?2
       ORDER BY bm25(knowledge_index, 0, 8, 1, 4), k.num LIMIT ?3 + 0`,
    )
    .bind(match, ask.tenantId, ask.limit)
    .all<Row>();
  return results.map((row) => fromRow(row) as unknown as Hit);
}

/** A page of articles without their bodies, newest first. */
export async function listArticles(
  db: D1Database,
  ask: { tenantId: string; before: string | null; limit: number },
): Promise<Omit<Article, "body">[]> {
  const { results } = await db
    .prepare(
      `SELECT ${K_COLUMNS} FROM knowledge k WHERE k.tenant_id = ?1 AND k.id < ?2 ORDER BY k.id DESC LIMIT ?3 + 0`,
    )
    .bind(ask.tenantId, ask.before ?? "~", ask.limit)
    .all<Row>();
  return results.map(fromRow);
}

export async function readArticle(db: D1Database, tenantId: string, id: string): Promise<Article | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM knowledge WHERE tenant_id = ?1 AND id = ?2`)
    .bind(tenantId, id)
    .first<Row>();
  return row ? fromRow(row) : null;
}

/** The write of an article as it shall be: made, or changed when it is there. Triggers keep the index. */
export function articleStatement(db: D1Database, tenantId: string, article: Article): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO knowledge (tenant_id, ${COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
       ON CONFLICT (tenant_id, id) DO UPDATE SET title = excluded.title, body = excluded.body, tags = excluded.tags,
         url = excluded.url, updated_at = excluded.updated_at`,
    )
    .bind(
      tenantId,
      article.id,
      article.title,
      article.body,
      article.tags.join(" "),
      article.url,
      JSON.stringify(article.created_by),
      article.created_at,
      article.updated_at,
    );
}

export function removeArticleStatement(db: D1Database, tenantId: string, id: string): D1PreparedStatement {
  return db.prepare("DELETE FROM knowledge WHERE tenant_id = ?1 AND id = ?2").bind(tenantId, id);
}

function fromRow({ tags, created_by_json, ...row }: Row): Article {
  return {
    ...row,
    tags: (tags as string).split(" ").filter(Boolean),
    created_by: JSON.parse(created_by_json as string),
  } as unknown as Article;
}
