/** A registry of packages as npm asks for them, in a thread of its own: the test's waits for the programs it starts. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

/** The package's name, its versions, and the folder with VERSION.tgz of each. */
const { name, versions, folder } = workerData as { name: string; versions: string[]; folder: string };

const server = createServer((request, response) => {
  const { url } = request;
  const version = versions.find((one) => url === `/${one}.tgz`);
  if (version) return response.end(readFileSync(join(folder, `${version}.tgz`)));
  const dist = (one: string) => ({ tarball: `http://${request.headers.host}/${one}.tgz` });
  const answer = {
    name,
    "dist-tags": { latest: versions.at(-1) },
    versions: Object.fromEntries(versions.map((one) => [one, { name, version: one, dist: dist(one) }])),
  };
  response.writeHead(url === `/${name}` ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify(url === `/${name}` ? answer : {}));
});
server.listen(0, "127.0.0.1", () => parentPort?.postMessage((server.address() as AddressInfo).port));
