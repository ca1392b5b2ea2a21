// Plain JavaScript, so that a Node that cannot run TypeScript can still say so.
if (process.features.typescript) await import("./src/main.ts");
else {
  process.stderr.write(
    `The workspace needs Node 24, this is ${process.version}: run "npm ci" once and then "npm start", which brings its own.\n`,
  );
  process.exit(1);
}
