// HTML as the standard has it, links that lead somewhere, headings in order, and the language of every text.
//
// Pages are judged as the files that are published: html-validate reads them (.htmlvalidate.json says what it is asked),
// and the browser's own parser, without scripts, gives links, headings and texts.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, watched, window } from "./chromium.mjs";
import { none } from "./faults.mjs";
import { languageOf, serve, sites } from "./site.mjs";

const { HtmlValidate } = createRequire(import.meta.url)("html-validate");
const CONFIG = JSON.parse(readFileSync(new URL(".htmlvalidate.json", import.meta.url), "utf8"));

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Runs in the page: everything that the tests below look at. */
function read() {
  const visible = (element) => element.checkVisibility();
  const attributes = [...document.querySelectorAll("[href], [src]")].map((element) => ({
    tag: element.localName,
    value: element.getAttribute("href") ?? element.getAttribute("src"),
    text: element.textContent.trim(),
  }));
  const texts = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.replace(/\s+/gu, " ").trim();
    const parent = walker.currentNode.parentElement;
    if (text === "" || parent.closest("script, style")) continue;
    const data = parent.closest("code, a[href^='mailto:'], a[href^='http']") !== null;
    texts.push({ text, lang: parent.closest("[lang]")?.lang ?? null, data, name: parent.localName });
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [alt], [placeholder]")) {
    for (const name of ["aria-label", "title", "alt", "placeholder"]) {
      const text = element.getAttribute(name);
      if (text) texts.push({ text, lang: element.closest("[lang]")?.lang ?? null, data: element.localName === "code", name });
    }
  }
  return {
    lang: document.documentElement.lang,
    title: document.title,
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
    attributes,
    headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => ({
      level: Number(heading.localName[1]),
      text: heading.textContent.trim(),
      visible: visible(heading),
    })),
    texts,
  };
}

/** Returns what is wrong with the headings of a page. */
export function disorder(headings) {
  const faults = [];
  if (headings.filter((heading) => heading.level === 1).length !== 1) faults.push("not exactly one h1");
  if (headings[0]?.level !== 1) faults.push("the first heading is not an h1");
  headings.forEach(({ level, text }, at) => {
    if (text === "") faults.push(`an empty h${level}`);
    if (at > 0 && level > headings[at - 1].level + 1) faults.push(`h${level} \`${text}\` follows h${headings[at - 1].level}`);
  });
  return faults;
}

const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;
// Four English words in a row, of which one is small, are a phrase; fewer are names, as they stand in Japanese text.
const ENGLISH = /(?:\b[A-Za-z][A-Za-z'’-]*[ ,]+){3,}[A-Za-z]/u;

/** Says whether a text cannot be of the language it is marked with. */
export function misplaced({ text, lang, data }) {
  if (data) return false;
  if (lang === null) return true;
  if (lang.startsWith("ja")) return !JAPANESE.test(text) && ENGLISH.test(text) && /\b[a-z]/u.test(text);
  return JAPANESE.test(text);
}

test("the checks see what is wrong", () => {
  assert.deepEqual(disorder([{ level: 1, text: "a" }, { level: 2, text: "b" }]), []);
  assert.equal(disorder([{ level: 1, text: "a" }, { level: 3, text: "b" }]).length, 1);
  assert.equal(disorder([{ level: 2, text: "a" }, { level: 1, text: "" }]).length, 2);
  assert.equal(misplaced({ text: "個人情報", lang: "en", data: false }), true);
  assert.equal(misplaced({ text: "what is kept and for how long", lang: "ja", data: false }), true);
  assert.equal(misplaced({ text: "PDF/UA-1", lang: "ja", data: false }), false);
  assert.equal(misplaced({ text: "個人情報 (personal data)", lang: "ja", data: false }), false);
  assert.equal(misplaced({ text: "words", lang: null, data: false }), true);
});

for (const site of sites()) {
  test(`${site.name}: html-validate finds nothing`, async () => {
    const validator = new HtmlValidate(CONFIG);
    const faults = [];
    for (const file of site.pages) {
      const report = await validator.validateString(readFileSync(path.join(site.dir, file), "utf8"), file);
      for (const message of report.results.flatMap((result) => result.messages)) {
        faults.push(`${file}:${message.line}:${message.column}: ${message.ruleId}: ${message.message}`);
      }
    }
    none(faults);
    const rules = Object.values((await validator.getConfigFor("page.html")).getConfigData().rules);
    const on = rules.filter((rule) => ![0, "off"].includes(Array.isArray(rule) ? rule[0] : rule)).length;
    console.log(`TOTAL ${site.name}: html-validate, ${on} rules: ${site.pages.length} pages, 0 faults`);
  });

  test(`${site.name}: links resolve, headings are in order, texts are in their language`, async () => {
    const server = await serve(site);
    const context = await window(browser, { scripts: false });
    const faults = [];
    const all = new Map();
    try {
      const { page, open, misdeeds } = await watched(context, server.base);
      for (const file of site.pages) {
        await open(file);
        all.set(file, await page.evaluate(read));
        faults.push(...misdeeds(file));
      }
    } finally {
      await context.close();
      await server.close();
    }
    let [links, fragments, outside] = [0, 0, 0];
    for (const [file, page] of all) {
      const fault = (what) => faults.push(`${file}: ${what}`);
      for (const { tag, value, text } of page.attributes) {
        if (/^(?:tel|mailto):./u.test(value)) continue;
        if (/^https:\/\//u.test(value)) {
          if (tag !== "a") fault(`<${tag}> asks another host for ${value}`);
          outside += 1;
          continue;
        }
        if (/^[a-z]+:|^\//iu.test(value)) fault(`\`${value}\` is not a relative link`);
        const [target, fragment] = decodeURI(value).split("#");
        const wanted = target === "" ? file : path.posix.join(path.posix.dirname(file), target);
        links += 1;
        if (tag === "a" && text === "") fault(`the link to \`${value}\` has no text`);
        if (!site.files.includes(wanted)) fault(`\`${value}\` leads nowhere`);
        else if (fragment !== undefined) {
          fragments += 1;
          if (!all.get(wanted)?.ids.includes(fragment)) fault(`\`${value}\`: there is no such place on that page`);
        }
      }
      disorder(page.headings).forEach(fault);
      if (languageOf(file) !== null && page.lang !== languageOf(file)) fault(`lang is \`${page.lang}\``);
      page.texts.filter(misplaced).forEach(({ text, lang, name }) => fault(`<${name}> is marked \`${lang}\`: ${text}`));
    }
    const titles = [...all.values()].map((page) => page.title);
    titles.filter((title, at) => titles.indexOf(title) !== at).forEach((title) => faults.push(`two pages have the title ${title}`));
    none(faults);
    assert.ok(links > site.pages.length && fragments > 0, "no links were found");
    console.log(`TOTAL ${site.name}: ${links} links inside the site (${fragments} to a place on a page) resolve; ${outside} lead outside`);
  });
}
