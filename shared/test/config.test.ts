/** The four wrangler.jsonc agree with the catalogue of queues and with each other. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { DELIVERY, QUEUES } from "../src/queues/catalogue.ts";

interface Config {
  name: string;
  compatibility_date: string;
  compatibility_flags: string[];
  workers_dev?: boolean;
  vars?: { [name: string]: string };
  d1_databases: { binding: string; database_id: string; migrations_dir: string }[];
  queues: {
    producers?: { binding: string; queue: string }[];
    consumers?: ({ queue: string } & { [setting: string]: unknown })[];
  };
  durable_objects?: { bindings: { name: string; class_name: string; script_name?: string }[] };
  triggers?: { crons: string[] };
}

const SERVICES = `${import.meta.dirname}/../../services/`;
const configs = new Map(
  readdirSync(SERVICES).map((service) => {
    const text = readFileSync(`${SERVICES}${service}/wrangler.jsonc`, "utf8").replace(/^\s*\/\/.*$/gm, "");
    // YAML holds all of JSON, and forgives a comma at the end as wrangler does.
    return [service, parse(text) as Config];
  }),
);
const all = [...configs.values()];
const catalogue = Object.values(QUEUES);

describe("wrangler.jsonc", () => {
  test("there is one for each Worker, with its name", () => {
    expect([...configs].map(([service, config]) => [service, config.name])).toEqual([
      ["api", "tw-api"],
      ["approvals", "tw-approvals"],
      ["dispatcher", "tw-dispatcher"],
      ["notifier", "tw-notifier"],
    ]);
  });

  test.each(catalogue)("$queue is consumed by $consumer only, delivered as the catalogue says", (entry) => {
    const consumers = [...configs].flatMap(([service, config]) =>
      (config.queues.consumers ?? [])
        .filter((c) => c.queue === entry.queue)
        .map((settings) => ({ service, settings })),
    );
    expect(consumers.map((c) => c.service)).toEqual([entry.consumer]);
    const { dead_letter_queue, ...delivery } = DELIVERY;
    // The last queue of all has nowhere to give a letter to but itself, which would go on for ever.
    const last = entry.queue === QUEUES.deadLetters.queue;
    expect(consumers[0]?.settings).toEqual({
      queue: entry.queue,
      ...delivery,
      ...(last ? {} : { dead_letter_queue }),
    });
  });

  test("no queue is consumed or filled that is not in the catalogue, and bindings have their one name", () => {
    const known = new Map<string, string>(catalogue.map((entry) => [entry.queue, entry.binding]));
    for (const config of all) {
      for (const { queue } of config.queues.consumers ?? []) expect(known.has(queue), queue).toBe(true);
      for (const { queue, binding } of config.queues.producers ?? [])
        expect(binding, `${config.name} ${queue}`).toBe(known.get(queue));
    }
  });

  test("the dead letters' queue exists", () => {
    expect(DELIVERY.dead_letter_queue).toBe(QUEUES.deadLetters.queue);
  });

  test("all four use the same database under the same name", () => {
    expect(new Set(all.map((config) => config.d1_databases.length))).toEqual(new Set([1]));
    expect(new Set(all.map((config) => config.d1_databases[0]?.database_id)).size).toBe(1);
    expect(new Set(all.map((config) => config.d1_databases[0]?.binding))).toEqual(new Set(["DB"]));
    expect(new Set(all.map((config) => config.d1_databases[0]?.migrations_dir))).toEqual(
      new Set(["../../migrations"]),
    );
  });

  test("all four run on the same date and flags", () => {
    expect(new Set(all.map((config) => config.compatibility_date)).size).toBe(1);
    expect(new Set(all.map((config) => config.compatibility_flags.join())).size).toBe(1);
  });

  test("only tw-api is public", () => {
    for (const config of all) expect(config.workers_dev ?? true, config.name).toBe(config.name === "tw-api");
  });

  test("the hub belongs to tw-api, and the others bind it there", () => {
    for (const config of all)
      for (const object of config.durable_objects?.bindings ?? []) {
        expect([object.name, object.class_name]).toEqual(["HUB", "AgentHub"]);
        expect(object.script_name).toBe(config.name === "tw-api" ? undefined : "tw-api");
      }
  });

  test("the sweep runs every minute", () => {
    expect(configs.get("dispatcher")?.triggers?.crons).toEqual(["* * * * *"]);
  });

  test("calls into a private network are off unless the launcher turns them on", () => {
    expect(configs.get("dispatcher")?.vars?.ALLOW_PRIVATE_FETCH).toBe("false");
  });
});
