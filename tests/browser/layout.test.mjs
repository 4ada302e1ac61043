// Nothing is cut off, nothing lies on anything else, nothing must be scrolled sideways: at every width, with letters of
// twice the size, and at four times the zoom.
//
// What is looked at are the lines of text as the browser has laid them out, not the style sheet.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WIDTHS, launch, launchWithLetters, watched, window } from "./chromium.mjs";
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

/** Opens every page of a site in a context and collects what cannot be read. */
async function readThrough(site, server, context, how, prepare = async () => {}) {
  const faults = [];
  let lines = 0;
  const { page, open, misdeeds } = await watched(context, server.base);
  for (const file of site.pages) {
    await open(file);
    await prepare(page);
    const found = await page.evaluate(unreadable);
    faults.push(...found.faults.map((fault) => `${file}, ${how}: ${fault}`));
    lines += found.lines;
    faults.push(...misdeeds(file));
  }
  await page.close();
  return { faults, lines };
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
    const look = async (context, how, prepare) => {
      const found = await readThrough(site, server, context, how, prepare);
      faults.push(...found.faults);
      lines += found.lines;
      views += site.pages.length;
    };
    const large = (page) => page.evaluate(() => localStorage.setItem("text-size", "large")).then(() => page.reload());
    try {
      for (const width of WIDTHS) {
        const context = await window(browser, { width });
        await look(context, `${width} px`);
        await look(context, `${width} px, the site's large letters`, large);
        await context.close();
        const twice = await launchWithLetters(32, { width });
        await look(twice.context, `${width} px, letters of 200 %`, async (page) => {
          assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "32px");
        });
        await twice.close();
      }
      for (const zoom of [2, 4]) {
        const context = await window(browser, { width: 1280 / zoom, zoom });
        await look(context, `1280 px at ${zoom * 100} %`);
        await context.close();
      }
    } finally {
      await server.close();
    }
    none(faults);
    console.log(`TOTAL ${site.name}: ${views} views at 320 to 1280 px, up to 200 % letters and 400 % zoom: ${lines} lines of text, none cut off or covered, nothing scrolls sideways`);
  });
}
