// The sites under test: where they lie, which pages they have, and a server that shows them.
//
// In: HOKAN_SITES, lines of `name=directory`. Out: each site with its pages. The rule it keeps: what is served is exactly
// what lies in the directory, below a path of its own, so that a link that begins at the root of the host is found.
import { createReadStream, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";

const TYPES = {
  ".atom": "application/atom+xml",
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".xml": "application/xml",
};

/** The path the sites are served below. */
const PREFIX = "/privacy/";

/** Returns the paths of all files below a directory, sorted, with `/` between their parts. */
export function filesBelow(dir) {
  const below = (folder) =>
    readdirSync(path.join(dir, folder), { withFileTypes: true }).flatMap((entry) => {
      const name = path.posix.join(folder, entry.name);
      return entry.isDirectory() ? below(name) : [name];
    });
  return below("").sort();
}

/** Returns the sites that HOKAN_SITES names. */
export function sites() {
  const lines = (process.env.HOKAN_SITES ?? "").split("\n").filter(Boolean);
  if (lines.length === 0) throw new Error("HOKAN_SITES names no site: start these tests through `cargo test`");
  return lines.map((line) => {
    const [name, dir] = line.split("=");
    const files = filesBelow(dir);
    const pages = files.filter((file) => file.endsWith(".html"));
    if (pages.length === 0) throw new Error(`the site ${name} has no page`);
    return { name, dir, files, pages };
  });
}

/** Serves a site on a free port of this machine until `close` is called. */
export async function serve(site) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const wanted = decodeURIComponent(pathname);
    const file = path.posix.normalize(wanted.slice(PREFIX.length));
    if (!wanted.startsWith(PREFIX) || !site.files.includes(file)) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not there");
      return;
    }
    const full = path.join(site.dir, file);
    const type = TYPES[path.extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-length": statSync(full).size });
    createReadStream(full).pipe(response);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    base: `http://127.0.0.1:${server.address().port}${PREFIX}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

/** The language a page's path promises; none for the pages that lead to all languages. */
export function languageOf(page) {
  return page.includes("/") ? page.split("/")[0] : null;
}
