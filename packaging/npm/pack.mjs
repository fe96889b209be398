// Packs the npm packages: one for each platform, with the program, and the launcher, which depends on them.
//
//     node packaging/npm/pack.mjs BINARIES OUT [PLATFORM...]
//
// BINARIES holds `TARGET/allclear` (`allclear.exe` for Windows). OUT gets a `.tgz` for each package. Without platforms every
// one of them must be there.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

// Each platform as npm names it, and the target of Rust that its program is built for.
const PLATFORMS = {
  "linux-x64": "x86_64-unknown-linux-musl",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
  "win32-x64": "x86_64-pc-windows-msvc",
};

// `allclear` is short enough to be somebody else's: the package has the name of the wheel.
const NAME = "allclear-status";

const manifest = readFileSync(join(ROOT, "Cargo.toml"), "utf8");

/** The value of a key of Cargo.toml's `[package]`; none when it has none. */
function value(key) {
  return manifest.split("\n[dependencies]")[0].match(new RegExp(`^${key} = "(.*)"$`, "m"))?.[1];
}

/** What all packages have in common. */
function common() {
  const repository = value("repository");
  return {
    version: value("version"),
    description: value("description"),
    license: value("license"),
    ...(repository && { repository: { type: "git", url: `git+${repository}.git` } }),
  };
}

/** Packs a package: its description, and its files by name with where they come from. */
function pack(description, files, out) {
  const folder = mkdtempSync(join(tmpdir(), "allclear-npm-"));
  try {
    const all = { ...files, "LICENSE-MIT": join(ROOT, "LICENSE-MIT"), "LICENSE-APACHE": join(ROOT, "LICENSE-APACHE") };
    for (const [name, from] of Object.entries(all)) copyFileSync(from, join(folder, name));
    for (const name of Object.keys(files).filter((name) => name !== "README.md")) chmodSync(join(folder, name), 0o755);
    writeFileSync(join(folder, "package.json"), JSON.stringify(description, null, 2) + "\n");
    execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", out], { cwd: folder, shell: process.platform === "win32" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [binaries, out, ...wanted] = process.argv.slice(2);
if (out === undefined) {
  console.error("usage: node packaging/npm/pack.mjs BINARIES OUT [PLATFORM...]");
  process.exit(2);
}
mkdirSync(out, { recursive: true });
const platforms = wanted.length > 0 ? wanted : Object.keys(PLATFORMS);
const dependencies = {};
for (const platform of platforms) {
  const [os, cpu] = platform.split("-");
  const program = os === "win32" ? "allclear.exe" : "allclear";
  const name = `${NAME}-${platform}`;
  const description = { name, ...common(), os: [os], cpu: [cpu], preferUnplugged: true };
  pack(description, { [program]: join(binaries, PLATFORMS[platform], program) }, resolve(out));
  dependencies[name] = value("version");
}
const launcher = {
  name: NAME,
  ...common(),
  keywords: ["status-page", "incidents", "static-site", "uptime", "postmortem"],
  bin: { allclear: "launcher.js" },
  engines: { node: ">=18" },
  optionalDependencies: dependencies,
};
pack(launcher, { "launcher.js": join(ROOT, "packaging/npm/launcher.js"), "README.md": join(ROOT, "README.md") }, resolve(out));
