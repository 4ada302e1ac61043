// Every page × width × colour scheme through axe-core with the rules of WCAG 2.2 AA: no violation.
//
// The counts are printed as lines that begin with TOTAL. axe also tells what it cannot decide; text whose contrast it
// cannot see counts as a violation here, because nothing on these pages lies on a picture.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { SCHEMES, WIDTHS, launch, watched, window } from "./chromium.mjs";
import { none } from "./faults.mjs";
import { serve, sites } from "./site.mjs";

const require = createRequire(import.meta.url);
const { version } = require("axe-core");
/** Its own script, which puts it into a page. */
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Runs axe-core in a page and returns what is wrong as lines, and how many rules found something to look at. */
async function examined(page, tags) {
  const results = await page.evaluate(
    (values) =>
      globalThis.axe.run(document, {
        runOnly: { type: "tag", values },
        // The one rule of WCAG 2.2, off unless it is named.
        rules: { "target-size": { enabled: true } },
        resultTypes: ["violations", "incomplete"],
        performanceTimer: false,
      }),
    tags,
  );
  const undecided = results.incomplete.filter((rule) => rule.id === "color-contrast");
  const lines = [...results.violations, ...undecided].flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary ?? rule.help}`),
  );
  return { lines, rules: [...results.passes, ...results.violations, ...results.incomplete].map((rule) => rule.id) };
}

test("axe-core sees what is wrong", async () => {
  const context = await window(browser, { width: 320 });
  const page = await context.newPage();
  await page.setContent(`<!doctype html><title>Wrong</title><main>
    <p style="color: #999; background: #fff">Too pale</p>
    <a href="#a" style="display: inline-block; width: 9px; height: 9px">a</a><a href="#b" style="display: inline-block; width: 9px; height: 9px">b</a>
  </main>`);
  await page.evaluate(AXE);
  const found = (await examined(page, TAGS)).lines.map((line) => line.split(":")[0]);
  for (const rule of ["color-contrast", "html-has-lang", "target-size"]) assert.ok(found.includes(rule), `${rule} is not found`);
  await context.close();
});

for (const site of sites()) {
  test(`${site.name}: WCAG 2.2 AA on every page, width and scheme`, async () => {
    const server = await serve(site);
    const context = await window(browser);
    const faults = [];
    const rules = new Set();
    let combinations = 0;
    try {
      const { page, open, misdeeds } = await watched(context, server.base);
      await page.addInitScript(AXE);
      for (const file of site.pages) {
        await open(file);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          for (const colorScheme of SCHEMES) {
            await page.emulateMedia({ colorScheme });
            const found = await examined(page, TAGS);
            found.rules.forEach((rule) => rules.add(rule));
            faults.push(...found.lines.map((line) => `${file} at ${width} px, ${colorScheme}: ${line}`));
            combinations += 1;
          }
        }
        faults.push(...misdeeds(file));
      }
    } finally {
      await context.close();
      await server.close();
    }
    assert.equal(combinations, site.pages.length * WIDTHS.length * SCHEMES.length);
    none(faults);
    console.log(
      `TOTAL ${site.name}: axe-core ${version}, WCAG 2.2 AA: ${site.pages.length} pages × ${WIDTHS.length} widths × ` +
        `${SCHEMES.length} schemes = ${combinations} combinations, ${rules.size} rules, 0 violations`,
    );
  });
}
