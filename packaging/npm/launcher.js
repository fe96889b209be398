#!/usr/bin/env node
// Starts the program from the package of this platform, and ends as it ends.
"use strict";

const { spawn } = require("node:child_process");

const platform = `${process.platform}-${process.arch}`;
const name = `allclear-status-${platform}`;

let program;
try {
  program = require.resolve(`${name}/${process.platform === "win32" ? "allclear.exe" : "allclear"}`);
} catch {
  console.error(`error: the package ${name} is not installed`);
  console.error("  = help: npm leaves it out with `--omit=optional`, and where there is no package for this platform");
  process.exit(2);
}

const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
// A terminal interrupts both processes; other programs end this one.
process.on("SIGINT", () => {});
const forward = (signal) => child.kill(signal);
process.on("SIGTERM", forward);
process.on("SIGHUP", forward);

child.on("error", (error) => {
  console.error(`error: cannot start ${program}: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(name);
  process.kill(process.pid, signal);
});
