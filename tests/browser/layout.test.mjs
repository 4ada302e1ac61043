// Nothing is cut off, nothing lies on anything else, nothing must be scrolled sideways: at every width, with letters of
// twice the size, and at four times the zoom.
//
// What is looked at are the lines of text as the browser has laid them out, not the style sheet.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WIDTHS, heightAt, launch, launchWithLetters, watched, window } from "./chromium.mjs";
import { none } from "./faults.mjs";
import { serve, sites } from "./site.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Runs in the page: what a reader could not read there, and how many lines of text were looked at. */
function unreadable() {
  const faults = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways: ${root.scrollWidth} px in ${root.clientWidth} px`);
  // What an element's ancestors do to its text, looked up once for each.
  const known = new Map([[null, { hidden: false, cutters: [] }]]);
  const around = (element) => {
    if (known.has(element)) return known.get(element);
    const above = around(element.parentElement);
    const style = getComputedStyle(element);
    const cut = { across: ["hidden", "clip"].includes(style.overflowX), down: ["hidden", "clip"].includes(style.overflowY) };
    const cutters = cut.across || cut.down ? [...above.cutters, { ...cut, box: element.getBoundingClientRect() }] : above.cutters;
    const found = {
      // Words for screen readers alone are one pixel large on purpose.
      hidden: above.hidden || style.clipPath === "inset(50%)",
      cutters: element === document.body ? [] : cutters,
      letter: Number.parseFloat(style.fontSize),
    };
    known.set(element, found);
    return found;
  };
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (node.data.trim() === "" || !element.checkVisibility({ visibilityProperty: true }) || around(element).hidden) continue;
    const { cutters, letter } = around(element);
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 0 && rect.height > 0);
    const words = node.data.trim().replace(/\s+/gu, " ").slice(0, 40);
    for (const rect of rects) {
      // The skip link waits above the page.
      if (rect.bottom + scrollY <= 0) continue;
      if (rect.left < -0.5 || rect.right > root.clientWidth + 0.5) faults.push(`beyond the edge: ${words}`);
      // Letters are as high as their size; what is above and below them is air.
      const air = Math.max(0, (rect.height - letter) / 2);
      lines.push({ left: rect.left, right: rect.right, top: rect.top + air, bottom: rect.bottom - air, words, node });
    }
    const cut = cutters.some(({ across, down, box }) =>
      rects.some((rect) => (across && (rect.right > box.right + 1 || rect.left < box.left - 1)) || (down && rect.bottom > box.bottom + 4)),
    );
    if (cut) faults.push(`cut off: ${words}`);
  }
  lines.sort((a, b) => a.top - b.top);
  lines.forEach((line, at) => {
    for (let next = at + 1; next < lines.length && lines[next].top < line.bottom - 2; next += 1) {
      const other = lines[next];
      const across = Math.min(line.right, other.right) - Math.max(line.left, other.left);
      if (across > 2) faults.push(`one upon the other: ${line.words} / ${other.words}`);
    }
  });
  return { faults: [...new Set(faults)], lines: lines.length };
}

/** How wide the window is, and how far the reader has zoomed in. */
const PLAIN = WIDTHS.map((width) => ({ width, zoom: 1 }));
const ZOOMED = [2, 4].map((zoom) => ({ width: 1280 / zoom, zoom }));

/** Opens every page of a site in a context, once, looks at it in each of these windows, and collects what cannot be read. */
async function readThrough(site, server, context, how, windows, prepare = async () => {}) {
  const faults = [];
  let [lines, views] = [0, 0];
  const { page, open, misdeeds } = await watched(context, server.base);
  const browser = await context.newCDPSession(page);
  await open(site.pages[0]);
  await prepare(page);
  for (const file of site.pages) {
    await open(file);
    for (const { width, zoom } of windows) {
      const size = { width, height: heightAt(zoom), deviceScaleFactor: zoom, mobile: false };
      await browser.send("Emulation.setDeviceMetricsOverride", size);
      assert.deepEqual(await page.evaluate(() => [innerWidth, devicePixelRatio]), [width, zoom]);
      const found = await page.evaluate(unreadable);
      faults.push(...found.faults.map((fault) => `${file}, ${width} px at ${zoom * 100} %, ${how}: ${fault}`));
      lines += found.lines;
      views += 1;
    }
    faults.push(...misdeeds(file));
  }
  await page.close();
  return { faults, lines, views };
}

test("the checks see what is wrong", async () => {
  const context = await window(browser, { width: 320 });
  const page = await context.newPage();
  const faults = async (body) => {
    await page.setContent(`<!doctype html><style>body { margin: 0; font: 16px/1.5 sans-serif }</style>${body}`);
    return (await page.evaluate(unreadable)).faults.map((fault) => fault.split(":")[0]);
  };
  assert.deepEqual(await faults("<p>Nothing is wrong with these few words.</p>"), []);
  assert.deepEqual(await faults("<p style='width: 90vw; overflow: hidden; white-space: nowrap'>These words are cut off at the right edge</p>"), ["beyond the edge", "cut off"]);
  assert.deepEqual(await faults("<p style='height: 1.5em; overflow: hidden'>These words need three lines and have one. These words need three lines.</p>"), ["cut off"]);
  assert.deepEqual(await faults("<p>Below</p><p style='position: absolute; top: 2px'>Above</p>"), ["one upon the other"]);
  assert.ok((await faults("<p style='width: 400px'>wide</p>")).includes("scrolls sideways"));
  await context.close();
});

for (const site of sites()) {
  test(`${site.name}: every width, twice the letters, four times the zoom`, async () => {
    const server = await serve(site);
    const faults = [];
    let [lines, views] = [0, 0];
    const look = async (...reader) => {
      const found = await readThrough(site, server, ...reader);
      faults.push(...found.faults);
      lines += found.lines;
      views += found.views;
    };
    /** The size of letters that a page has. */
    const letters = (page, of) => page.evaluate((element) => Number.parseFloat(getComputedStyle(document[element]).fontSize), of);
    try {
      const context = await window(browser);
      await look(context, "letters as they come", [...PLAIN, ...ZOOMED]);
      // The site remembers it for all its pages.
      await look(context, "the site's large letters", PLAIN, async (page) => {
        const medium = await letters(page, "body");
        await page.evaluate(() => localStorage.setItem("text-size", "large"));
        await page.reload();
        assert.ok((await letters(page, "body")) > medium);
      });
      await context.close();
      const twice = await launchWithLetters(32);
      await look(twice.context, "letters of 200 %", PLAIN, async (page) => assert.equal(await letters(page, "documentElement"), 32));
      await twice.close();
    } finally {
      await server.close();
    }
    none(faults);
    console.log(`TOTAL ${site.name}: ${views} views at 320 to 1280 px, up to 200 % letters and 400 % zoom: ${lines} lines of text, none cut off or covered, nothing scrolls sideways`);
  });
}
