// What a reader does: with the keyboard alone, with scripts off, from one language to the other, with larger letters.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, watched, window } from "./chromium.mjs";
import { none } from "./faults.mjs";
import { languageOf, serve, sites } from "./site.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** What Tab can stop at. */
const STOPS = "a[href], button, input, select, textarea, summary";

/** Runs in the page: notes from now on, whenever Tab is let go, what has the focus and whether a reader sees that it has. */
function noting() {
  globalThis.noted = [];
  const note = () => {
    const element = document.activeElement;
    // After the last stop the browser's own controls have the focus, and the page may still name its last.
    const again = element.dataset.visited !== undefined;
    element.dataset.visited = "";
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const at = document.elementFromPoint(
      Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1),
      Math.min(Math.max(box.top + Math.min(box.height, 24) / 2, 0), innerHeight - 1),
    );
    globalThis.noted.push({
      name: `<${element.localName}> ${(element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 40)}`,
      page: element === document.body,
      again,
      skip: element.matches(".skip"),
      marked: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2,
      inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      covered: at !== null && at !== element && !element.contains(at) && !at.contains(element),
    });
  };
  // By then the focus has moved and its place has come into view.
  document.addEventListener("keyup", (event) => event.key === "Tab" && note(), { capture: true });
}

/** Goes through the open page with Tab alone, once more than it has stops; returns how many those were, and what is wrong. */
async function walk(page) {
  const wanted = await page.evaluate((stops) => [...document.querySelectorAll(stops)].filter((one) => one.checkVisibility()).length, STOPS);
  await page.evaluate(noting);
  // All keys are sent at once, one behind the other: waiting for each answer would take most of the time.
  const browser = await page.context().newCDPSession(page);
  const tab = (type) => browser.send("Input.dispatchKeyEvent", { type, key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 });
  await Promise.all(Array.from({ length: wanted + 1 }, () => ["rawKeyDown", "keyUp"].map(tab)).flat());
  const noted = await page.evaluate(() => globalThis.noted);
  await browser.detach();
  const end = noted.findIndex((stop) => stop.page || stop.again);
  const stops = end < 0 ? noted : noted.slice(0, end);
  const faults = stops.flatMap(({ name, marked, inView, covered }) => [
    ...(marked ? [] : [`the focus is not seen on ${name}`]),
    ...(inView ? [] : [`${name} has the focus out of view`]),
    ...(covered ? [`${name} has the focus and is covered`] : []),
  ]);
  if (!stops[0]?.skip) faults.push(`the first stop is ${stops[0]?.name}, not the skip link`);
  if (stops.length !== wanted) faults.push(`Tab stops ${stops.length} times, there are ${wanted} things to stop at`);
  return { stops: stops.length, faults };
}

/** Presses Tab until an element that fits has the focus. */
async function tabTo(page, selector, most = 200) {
  for (let n = 0; n < most; n += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab does not reach \`${selector}\``);
}

/** Does something with a site in a window of its own. */
async function visit(site, options, what) {
  const server = await serve(site);
  const context = await window(browser, options);
  try {
    await what(await watched(context, server.base), server.base);
  } finally {
    await context.close();
    await server.close();
  }
}

/** Returns a page of a site in the language, or its first. */
function pageIn(site, language) {
  return site.pages.find((page) => languageOf(page) === language && !page.endsWith("/contents.html"));
}

/** The languages of a site. */
function languages(site) {
  return [...new Set(site.pages.map(languageOf).filter(Boolean))];
}

/** What the search has found. */
const HITS = "#found li a, .filtered .listed :is(h2, li) > a";

/** Searches from a page with the keyboard alone and returns what is found. */
async function search(page, open, from, words) {
  await open(from);
  if (!(await page.locator("input[type=search]").isVisible())) {
    await tabTo(page, ".search-link a");
    await Promise.all([page.waitForURL(/contents\.html/u), page.keyboard.press("Enter")]);
  }
  if (!(await page.evaluate(() => document.activeElement.matches("input[type=search]")))) await tabTo(page, "input[type=search]");
  await page.keyboard.insertText(words);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("main [role=status]")?.textContent.trim());
  return page.evaluate((hits) => {
    const status = document.querySelector("main [role=status]").textContent.trim();
    const links = [...document.querySelectorAll(hits)].filter((link) => link.checkVisibility()).map((link) => link.href);
    return { status, count: Number.parseInt(/\d+/u.exec(status) ?? "0", 10), links };
  }, HITS);
}

test("the walk sees what is wrong", async () => {
  const context = await window(browser, { width: 320 });
  const page = await context.newPage();
  const faults = async (body) => {
    await page.goto("about:blank");
    await page.setContent(`<!doctype html><style>:focus { outline: 2px solid }</style><a class="skip" href="#a">skip</a>${body}`);
    return (await walk(page)).faults;
  };
  const link = (style) => `<a href="#b" style="${style}">link</a>`;
  assert.deepEqual(await faults(`${link("")}<div style="height: 4000px"></div>${link("")}`), []);
  assert.deepEqual(await faults(link("outline: none")), ["the focus is not seen on <a> link"]);
  assert.deepEqual(await faults(link("position: fixed; left: -99px")), ["<a> link has the focus out of view"]);
  assert.deepEqual(await faults(`${link("")}<div style="position: fixed; inset: 0"></div>`), [
    "<a> skip has the focus and is covered",
    "<a> link has the focus and is covered",
  ]);
  assert.deepEqual(await faults(link("").replace("<a", "<a tabindex=-1")), ["Tab stops 1 times, there are 2 things to stop at"]);
  assert.deepEqual(await faults("<p tabindex=0>words</p>"), ["Tab stops 2 times, there are 1 things to stop at"]);
  assert.equal((await faults("<button tabindex=1>first</button>"))[0], "the first stop is <button> first, not the skip link");
  await context.close();
});

for (const site of sites()) {
  for (const width of [320, 1280]) {
    test(`${site.name}: Tab goes through every page at ${width} px, and the focus is always seen`, () =>
      visit(site, { width }, async ({ page, open, misdeeds }) => {
        const faults = [];
        let stops = 0;
        for (const file of site.pages) {
          await open(file);
          const walked = await walk(page);
          faults.push(...walked.faults.map((fault) => `${file}: ${fault}`));
          stops += walked.stops;
          faults.push(...misdeeds(file));
        }
        none(faults);
        console.log(`TOTAL ${site.name}: Tab at ${width} px: ${stops} stops on ${site.pages.length} pages, each seen`);
      }));
  }

  test(`${site.name}: the skip link leads past everything that repeats`, () =>
    visit(site, {}, async ({ page, open, misdeeds }) => {
      for (const file of site.pages) {
        await open(file);
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        assert.equal(await page.evaluate(() => document.activeElement.localName), "main", file);
        await page.keyboard.press("Tab");
        const { inside, none: nothing } = await page.evaluate(() => ({
          inside: document.activeElement.closest("main") !== null,
          none: document.querySelector("main :is(a, button, input)") === null,
        }));
        assert.ok(inside || nothing, `${file}: the stop after the skip link is not in the main part`);
        none(misdeeds(file));
      }
    }));

  test(`${site.name}: the size of letters is chosen with the keyboard and stays over pages and reloads`, () =>
    visit(site, {}, async ({ page, open, misdeeds }) => {
      const size = () =>
        page.evaluate(() => ({
          pixels: Number.parseFloat(getComputedStyle(document.body).fontSize),
          pressed: [...document.querySelectorAll(".text-size [aria-pressed=true]")].map((button) => button.dataset.size).join(),
        }));
      await open(site.pages[0]);
      const medium = await size();
      assert.equal(medium.pressed, "medium");
      await tabTo(page, "[data-size=large]");
      await page.keyboard.press("Space");
      const large = await size();
      assert.equal(large.pressed, "large");
      assert.ok(large.pixels > medium.pixels);
      await page.reload();
      assert.deepEqual(await size(), large);
      for (const file of site.pages) {
        await open(file);
        assert.deepEqual(await size(), large, file);
      }
      await tabTo(page, "[data-size=small]");
      await page.keyboard.press("Enter");
      const small = await size();
      assert.ok(small.pixels < medium.pixels);
      await open(site.pages[0]);
      assert.deepEqual(await size(), small);
      none(misdeeds("text size"));
    }));

  test(`${site.name}: the language switch stays on the page`, async (context) => {
    if (languages(site).length < 2) return context.skip("one language");
    await visit(site, {}, async ({ page, open, misdeeds }, base) => {
      let switches = 0;
      for (const file of site.pages.filter(languageOf)) {
        for (const language of languages(site).filter((one) => one !== languageOf(file))) {
          await open(file);
          await tabTo(page, `.languages a[hreflang=${language}]`);
          await Promise.all([page.waitForURL((url) => !url.href.endsWith(file)), page.keyboard.press("Enter")]);
          assert.equal(page.url(), base + file.replace(/^[^/]+/u, language));
          assert.equal(await page.evaluate(() => document.documentElement.lang), language);
          const current = await page.evaluate(() => document.querySelector(".languages [aria-current]").hreflang);
          assert.equal(current, language, `${page.url()} marks another language as the current one`);
          switches += 1;
        }
      }
      const [from, to] = languages(site);
      const other = page.locator(`.languages a[hreflang=${to}]`);
      await open(`${from}/retention.html`);
      const row = await page.evaluate(() => document.querySelector("main tr[id]").id);
      await page.evaluate((id) => location.assign(`#${id}`), row);
      await Promise.all([page.waitForURL((url) => url.pathname.includes(`/${to}/`)), other.click()]);
      assert.equal(page.url(), `${base}${to}/retention.html#${row}`, "the place on the page is lost");
      await search(page, open, `${from}/retention.html`, "2026");
      await Promise.all([page.waitForURL((url) => url.pathname.includes(`/${to}/`)), other.click()]);
      assert.equal(await page.locator("#search_words").inputValue(), "2026", "what was looked for is lost");
      none(misdeeds("language switch"));
      console.log(`TOTAL ${site.name}: ${switches} switches of language, each to the same page`);
    });
  });

  for (const language of languages(site)) {
    test(`${site.name}: search in ${language} from the keyboard`, () =>
      visit(site, {}, async ({ page, open, misdeeds }) => {
        const words = language === "ja" ? ["個人情報", "保存 期間", "オンライン", "ｵﾝﾗｲﾝ"] : ["personal", "name  ADDRESS"];
        const counts = [];
        for (const typed of words) {
          const found = await search(page, open, pageIn(site, language), typed);
          assert.ok(found.count > 0 && found.links.length > 0, `\`${typed}\` finds nothing: ${found.status}`);
          counts.push(found.count);
        }
        if (language === "ja") assert.equal(counts[2], counts[3], "half-width letters find something else");
        const nothing = await search(page, open, pageIn(site, language), "qqxxzz");
        assert.deepEqual(nothing.links, []);
        assert.notEqual(nothing.status, "");
        const instead = page.locator("#found .elsewhere a");
        assert.ok((await instead.count()) > 0 && (await instead.first().isVisible()), "nothing found, and no page to turn to");
        // The society's pages have other words for these, or write them with other kana.
        const everyday = site.name === "example" && language === "ja"
          ? ["問い合わせ", "お問い合わせ", "開示請求", "レセプト", "れせぷと", "診療明細", "医療費通知", "保険証", "健診", "申し出", "勤務先", "撤回"]
          : site.name === "example" ? ["email", "opt out", "dependents"] : [];
        for (const typed of everyday) {
          const found = await search(page, open, pageIn(site, language), typed);
          assert.ok(found.count > 0 && found.links.length > 0, `\`${typed}\` finds nothing: ${found.status}`);
          assert.ok((await page.locator("#found mark").count()) > 0, `\`${typed}\` is marked nowhere`);
          assert.ok(!(await instead.first().isVisible()), typed);
          words.push(typed);
          counts.push(found.count);
        }
        // However a word is written, it finds what writes it otherwise too.
        const alike = site.name !== "example" ? [] : language === "ja" ? [["取り扱い", "取扱"], ["支払い", "支払"]] : [["email", "e-mail"]];
        for (const pair of alike) {
          const [less, more] = [(await search(page, open, pageIn(site, language), pair[0])).count, (await search(page, open, pageIn(site, language), pair[1])).count];
          assert.ok(less >= more && more > 1, `${pair}: ${less} and ${more}`);
        }
        // A hit leads to a page on which the word stands.
        const { links } = await search(page, open, pageIn(site, language), words[0]);
        await tabTo(page, HITS);
        assert.equal(await page.evaluate(() => document.activeElement.href), links[0]);
        await Promise.all([page.waitForURL(links[0]), page.keyboard.press("Enter")]);
        assert.ok((await page.locator("main").innerText()).normalize("NFKC").toLowerCase().includes(words[0]));
        none(misdeeds("search"));
        console.log(`TOTAL ${site.name}: search in ${language}: ${words.map((word, at) => `${word} ${counts[at]}`).join(", ")}`);
      }));
  }

  test(`${site.name}: without scripts everything can be read`, async () => {
    const faults = [];
    const texts = async (scripts) => {
      const read = new Map();
      await visit(site, { scripts }, async ({ page, open, misdeeds }) => {
        for (const file of site.pages) {
          await open(file);
          const seen = await page.evaluate(() => ({
            text: document.body.innerText,
            main: document.querySelector("main").innerText.replace(/\s+/gu, " "),
            // A form to print is filled in by hand or on screen: its fields need no script.
            controls: [...document.querySelectorAll("button, input")].filter((one) => one.checkVisibility() && !one.matches("main input")).length,
            hidden: [...document.querySelectorAll("main *")].filter((one) => !one.checkVisibility() && one.innerText?.trim() && !one.closest("[hidden]:has(input), [hidden]:has(button), #found")).length,
          }));
          read.set(file, seen);
          faults.push(...misdeeds(file));
        }
      });
      return read;
    };
    const [on, off] = [await texts(true), await texts(false)];
    for (const [file, { text, main, controls, hidden }] of off) {
      if (controls > 0) faults.push(`${file}: ${controls} controls that do nothing are shown`);
      if (hidden > 0) faults.push(`${file}: ${hidden} parts stay hidden`);
      if (text.length < 200) faults.push(`${file}: there is nothing to read`);
      const missing = on.get(file).main.split(" ").filter((word) => !main.includes(word));
      if (missing.length > 0 && !file.endsWith("contents.html")) faults.push(`${file}: not there: ${missing.slice(0, 8).join(" ")}`);
    }
    none(faults);
    console.log(`TOTAL ${site.name}: ${off.size} pages without scripts: all there, no control that does nothing`);
  });
}
