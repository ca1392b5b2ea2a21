/** Archives of backups, named by time, and giving up the oldest of them. */
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { keepMade } from "./files.ts";
import { held, makeDirectory, there } from "./place.ts";
import { run } from "./run.ts";
import { Failed, type Words } from "./words.ts";

/** `NAME-20261122T104208123Z.tar.gz` in `--into`, of what lies behind `--`. */
export function archive(words: Words): object {
  const [into, name] = [words.needed("into"), words.needed("name")];
  const present = words.rest.filter((path) => statSync(path, { throwIfNoEntry: false }));
  if (present.length === 0) throw new Failed(`there is nothing to archive: ${words.rest.join(", ")}`);
  mkdirSync(into, { recursive: true });
  const file = `${name}-${new Date().toISOString().replace(/[-:.]/g, "")}.tar.gz`;
  // Names among its words tar takes apart (\056 is a dot to it); those it reads behind a NUL it takes as they are. What stands before a
  // colon it takes for another machine, but not behind a slash.
  run("tar", ["-czf", resolve(into, file), "--null", "-T", "-"], true, { input: present.join("\0") });
  return { file: join(into, file), name: file, bytes: statSync(join(into, file)).size };
}

/** Unpacks `--archive` into `--into`, a directory that must not be there yet; only there can nothing be overwritten. */
export function unpack(words: Words): object {
  const [archived, into] = [words.needed("archive"), words.needed("into")];
  const taken = () => new Failed(`${into} is there already`);
  if (there(into)) throw taken();
  const kept = keepMade([into]);
  if (makeDirectory(into) === null) throw taken();
  // tar itself refuses names that lead out, and takes a leading slash away; owners of another machine mean nothing here. It works in the
  // directory that is held, since a directory among its words it would take apart.
  const argv = ["-x", "--no-same-owner", "--no-same-permissions", `--file=${resolve(archived)}`];
  held(join(into, "any"), ({ at }) => run("tar", argv, true, { cwd: dirname(at) }));
  return { kept, directory: into };
}

/** Keeps the newest `--keep` archives of that name and deletes the others. */
export function prune(words: Words): object {
  const [into, name, keep] = [words.needed("into"), words.needed("name"), Number(words.needed("keep"))];
  if (!Number.isInteger(keep) || keep < 1) throw new Failed("--keep must be a whole number from 1");
  // The time in the name sorts as text.
  const all = readdirSync(into)
    .filter(
      (file) => file.startsWith(`${name}-`) && /^\d{8}T\d{9}Z\.tar\.gz$/.test(file.slice(name.length + 1)),
    )
    .sort();
  const old = all.slice(0, Math.max(0, all.length - keep));
  for (const file of old) rmSync(join(into, file));
  return { kept: all.length - old.length, deleted: old };
}
