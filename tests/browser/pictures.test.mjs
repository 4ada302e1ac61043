// Pictures of the main pages, for people: HOKAN_PICTURES names the directory they are written into.
//
// Few colours make small files: text on paper needs no more than 48.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, watched, window } from "./chromium.mjs";
import { none } from "./faults.mjs";
import { serve, sites } from "./site.mjs";

const UPNG = createRequire(import.meta.url)("upng-js");
const COLOURS = 48;
const DIR = process.env.HOKAN_PICTURES;

/** What is shown: a page of a site, how wide the window is, and how much of the page is seen. */
const PICTURES = [
  { name: "site-index", site: "example", file: "index.html", width: 1280, height: 900 },
  { name: "site-purposes-ja", site: "example", file: "ja/purposes.html", width: 1280, height: 900 },
  { name: "site-retention-en", site: "example", file: "en/retention.html", width: 1280, height: 900 },
  { name: "site-retention-ja-dark", site: "example", file: "ja/retention.html", width: 1280, height: 900, scheme: "dark" },
  { name: "site-joint-use-ja-mobile", site: "example", file: "ja/joint-use.html", width: 390, height: 844 },
  { name: "site-procedures-en-mobile-dark", site: "example", file: "en/procedures.html", width: 390, height: 844, scheme: "dark" },
  { name: "site-search-ja", site: "example", file: "ja/contents.html", width: 1280, height: 900, search: "医療費" },
  { name: "site-history-en", site: "example", file: "en/history.html", width: 1280, height: 900 },
  { name: "site-charity-mobile", site: "charity", file: "en/keeping.html", width: 390, height: 844 },
];

/** Pages of the booklet that are shown side by side: the title page, the contents, a page of tables. */
const BOOKLET = { site: "example", file: "ja/booklet.pdf", pages: [1, 2, 7], width: 420 };

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Returns a picture with few colours. */
function small(png) {
  const { width, height, ...image } = UPNG.decode(png);
  const [pixels] = UPNG.toRGBA8({ width, height, ...image });
  return Buffer.from(UPNG.encode([pixels], width, height, COLOURS));
}

test("pictures of the main pages", { skip: DIR ? false : "HOKAN_PICTURES names no directory" }, async () => {
  mkdirSync(DIR, { recursive: true });
  const all = sites();
  const faults = [];
  let bytes = 0;
  for (const { name, site: wanted, file, width, height, scheme, search } of PICTURES) {
    const site = all.find((one) => one.name === wanted);
    assert.ok(site.pages.includes(file), `${wanted} has no page ${file}`);
    const server = await serve(site);
    const context = await window(browser, { width, scheme });
    const { page, open, misdeeds } = await watched(context, server.base);
    await page.setViewportSize({ width, height });
    await open(file);
    if (search) {
      await page.locator("input[type=search]").fill(search);
    }
    const picture = small(await page.screenshot({ animations: "disabled", caret: "hide" }));
    writeFileSync(path.join(DIR, `${name}.png`), picture);
    bytes += picture.length;
    faults.push(...misdeeds(name));
    await context.close();
    await server.close();
  }
  none(faults);
  console.log(`TOTAL ${PICTURES.length} pictures, ${Math.ceil(bytes / 1024)} KiB`);
});

test("a picture of the booklet", { skip: DIR ? false : "HOKAN_PICTURES names no directory" }, async () => {
  mkdirSync(DIR, { recursive: true });
  const { dir } = sites().find((one) => one.name === BOOKLET.site);
  const drawn = (page) =>
    execFileSync("pdftoppm", ["-r", "80", "-f", page, "-singlefile", "-png", path.join(dir, BOOKLET.file)], { stdio: ["ignore", "pipe", "ignore"], maxBuffer: 2 ** 26 });
  const images = BOOKLET.pages.map((page) => `<img src="data:image/png;base64,${drawn(String(page)).toString("base64")}">`);
  const context = await window(browser, { width: BOOKLET.pages.length * (BOOKLET.width + 16) + 16 });
  const page = await context.newPage();
  await page.setContent(`<style>body { display: flex; align-items: flex-start; gap: 16px; margin: 0; padding: 16px; background: #ccc } img { width: ${BOOKLET.width}px }</style>${images.join("")}`);
  assert.ok(await page.evaluate(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0)));
  const picture = small(await page.locator("body").screenshot());
  writeFileSync(path.join(DIR, "booklet-ja.png"), picture);
  await context.close();
  console.log(`TOTAL booklet: ${BOOKLET.pages.length} pages drawn, ${Math.ceil(picture.length / 1024)} KiB`);
});
