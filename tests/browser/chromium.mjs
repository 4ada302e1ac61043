// Chromium, and a watch over what its pages do.
//
// In: a site. Out: contexts and pages. The rule it keeps: a page that asks anything of another host, breaks its own
// Content-Security-Policy, logs an error or misses a file is told, and fails the test that
// opened it.
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

export const WIDTHS = [320, 768, 1280];
export const SCHEMES = ["light", "dark"];
const HEIGHT = 900;

const OPTIONS = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Whatever a page or the browser itself asks for, no other host is found.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  ],
};

/** Starts a browser. */
export function launch() {
  return chromium.launch(OPTIONS);
}

/** Starts a browser whose reader has set the size of letters, as in the browser's settings; 16 is what browsers come with. */
export async function launchWithLetters(pixels, contextOptions) {
  const profile = mkdtempSync(path.join(tmpdir(), "hokan-browser-"));
  mkdirSync(path.join(profile, "Default"));
  const preferences = { webkit: { webprefs: { default_font_size: pixels } } };
  writeFileSync(path.join(profile, "Default", "Preferences"), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, { ...OPTIONS, ...settings(contextOptions) });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** How high a window is when the reader has zoomed in. */
export function heightAt(zoom) {
  return Math.max(256, Math.round(HEIGHT / zoom));
}

/** The settings of a context: width in CSS pixels, colour scheme, and whether scripts run. */
function settings({ width = 1280, scheme = "light", scripts = true } = {}) {
  return {
    viewport: { width, height: HEIGHT },
    colorScheme: scheme,
    reducedMotion: "reduce",
    javaScriptEnabled: scripts,
  };
}

/** Opens a window of a browser. */
export function window(browser, options) {
  return browser.newContext(settings(options));
}

/** Opens an empty page that is watched: `misdeeds()` returns what no page of the site may do. */
export async function watched(context, base) {
  const page = await context.newPage();
  // The machine may have much else to do.
  page.setDefaultTimeout(180_000);
  const faults = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(base)) faults.push(`leaves the site: ${request.url()}`);
  });
  page.on("requestfailed", (request) => {
    // What was on its way when the page was left is not missing.
    const { errorText } = request.failure();
    if (errorText !== "net::ERR_ABORTED") faults.push(`${errorText}: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`Content-Security-Policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return {
    page,
    async open(file) {
      await page.goto(base + file, { waitUntil: "load" });
    },
    /** Returns what the page did and must not, once. */
    misdeeds(where) {
      return faults.splice(0).map((fault) => `${where}: ${fault}`);
    },
  };
}
