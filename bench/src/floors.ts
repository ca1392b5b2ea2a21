/** What the machine itself needs for the smallest pieces, measured in the same run as everything else. */
import { execa } from "execa";
import { Miniflare, NoOpLog } from "miniflare";
import { type Figures, figures, timed } from "./stats.ts";

export interface Floors {
  spawnTrue: Figures;
  loopbackRequest: Figures;
  d1Write: Figures;
}

const HELLO = `export default {
  async fetch(request, env) {
    if (request.method === "GET") return new Response("hello");
    const from = performance.now();
    const times = [];
    for (let i = 0; i < 200; i++) {
      const at = Date.now();
      await env.DB.prepare("INSERT INTO floor (id) VALUES (?)").bind(i + "-" + from + Math.random()).run();
      times.push(Date.now() - at);
    }
    return Response.json({ ms: times.reduce((a, b) => a + b, 0) / times.length });
  },
};`;

export async function measureFloors(): Promise<Floors> {
  const spawnTrue = figures(await timed(100, 10, () => execa("/bin/true")));
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  const { convertV4MiniflareOptions } = await import("miniflare");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      log: new NoOpLog(),
      modules: true,
      script: HELLO,
      compatibilityDate: "2026-10-01",
      d1Databases: { DB: "00000000-0000-0000-0000-00000000f100" },
    } as never),
  );
  try {
    const url = await miniflare.ready;
    const loopbackRequest = figures(await timed(500, 50, async () => (await fetch(url)).text()));
    const db = await miniflare.getD1Database("DB");
    await db.exec("CREATE TABLE floor (id TEXT PRIMARY KEY) WITHOUT ROWID");
    const writes: number[] = [];
    for (let i = 0; i < 10; i++)
      writes.push(((await (await fetch(url, { method: "POST" })).json()) as { ms: number }).ms);
    return { spawnTrue, loopbackRequest, d1Write: figures(writes.slice(1)) };
  } finally {
    await miniflare.dispose();
  }
}
