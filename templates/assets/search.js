// Searches the whole site in the reader's browser. Without this script a link to the contents stands in the box's place.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const most = 100;
  const around = 60;
  const key = "#search=";
  // Full-width and half-width forms, capitals, spaces, and hiragana and katakana make no difference.
  const even = (text) => text.normalize("NFKC").replace(/\s+/gu, " ").trim();
  const low = (text) => text.toLowerCase().replace(/[ァ-ヶ]/gu, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
  const fold = (text) => low(even(text));
  // A word without the kana that some write and some do not: 問い合わせ, お問合せ and 問合わせ are all 問合.
  const bare = (word) => word.replace(/^[おご](?=\p{sc=Han})/u, "").replace(/(\p{sc=Han})[ぁ-ゖ]{1,3}(?=\p{sc=Han}|$)/gu, "$1");
  const quoted = (word) => word.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&");
  // Finds a word whatever kana stand between its kanji, and with or without a hyphen: 開示請求 also finds 開示の請求, and
  // email e-mail; organisation and organization are one.
  const loose = (word) => {
    const kanji = bare(word);
    if (kanji.length >= 2 && /\p{sc=Han}/u.test(kanji)) {
      return quoted(kanji).replace(/(\p{sc=Han})(?=\p{sc=Han})/gu, "$1[ぁ-ゖ]{0,3}");
    }
    const joined = word.replace(/(?<=[a-z])-(?=[a-z])/gu, "");
    return /^[a-z]{4,}$/u.test(joined) ? [...joined.replace(/i[sz](?=[ae])/gu, "iZ")].join("-?").replaceAll("Z", "[sz]") : quoted(word);
  };

  // The other languages of a page have the same places: a switch keeps the place, and what is looked for.
  const switches = document.querySelector(".languages");
  const addresses = new Map([...(switches?.querySelectorAll("a") ?? [])].map((link) => [link, link.getAttribute("href")]));
  const carry = () => {
    const typed = document.getElementById("found") && document.getElementById("search_words").value;
    const place = typed ? key + encodeURIComponent(typed) : location.hash;
    for (const [link, address] of addresses) link.setAttribute("href", address + place);
  };
  addEventListener("hashchange", carry);
  switches?.addEventListener("focusin", carry);
  switches?.addEventListener("pointerdown", carry);
  carry();

  const form = document.querySelector("form.search");
  const found = document.getElementById("found");
  // Without what to look into, the contents of the site stay where they are.
  if (!form || (found && !globalThis.siteIndex)) return;
  const input = form.querySelector("input");
  document.querySelector(".search-link").hidden = true;
  form.hidden = false;

  if (!found) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (fold(input.value)) location.assign(form.dataset.page + key + encodeURIComponent(input.value));
    });
    return;
  }

  const listing = document.querySelector(".listing");
  const status = found.querySelector("[role=status]");
  const elsewhere = found.querySelector(".elsewhere");
  const list = found.querySelector("ol");
  const entries = globalThis.siteIndex.map(([href, page, title, text]) => ({
    href, page: even(page), title: even(title), text: even(text),
    heading: fold(title || page), words: fold([title || page, text].join(" ")),
  }));
  // Words of everyday and those the site has for them: `レセプト=診療報酬明細書; 保険証=資格確認書`.
  const synonyms = (list.dataset.synonyms ?? "").split(";").map((one) => one.split("=").map(fold)).filter((one) => one[0] && one[1]);

  // The ways to say a word: as typed, and with the words of the site in the place of those of everyday.
  const ways = (word) => {
    const others = synonyms.filter(([said]) => bare(word).includes(bare(said)));
    return [word, ...others.flatMap(([said, meant]) => meant.split(",").map((one) => bare(word).replace(bare(said), one.trim())))];
  };
  const pattern = (words, form) => new RegExp(words.flatMap(ways).map(form).join("|"), "gu");
  const hits = (words, form) => {
    const patterns = words.map((word) => new RegExp(ways(word).map(form).join("|"), "u"));
    const all = (text) => patterns.every((one) => one.test(text));
    const matches = entries.filter((entry) => all(entry.words));
    return [...matches.filter((entry) => all(entry.heading)), ...matches.filter((entry) => !all(entry.heading))];
  };

  // Puts text into an element, the words that were looked for marked.
  const put = (element, text, marked) => {
    const letters = low(text);
    let at = 0;
    for (const { index, 0: hit } of letters.length === text.length ? letters.matchAll(marked) : []) {
      const mark = document.createElement("mark");
      mark.textContent = text.slice(index, index + hit.length);
      element.append(text.slice(at, index), mark);
      at = index + hit.length;
    }
    element.append(text.slice(at));
    return element;
  };

  // The part of a text that stands around the first of the words.
  const part = (text, marked) => {
    const start = Math.max(0, low(text).search(marked) - around);
    const end = start + 2 * around + 20;
    return (start > 0 ? "…" : "") + text.slice(start, end) + (end < text.length ? "…" : "");
  };

  const shown = (entry, marked) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = entry.href;
    item.append(put(link, entry.title || entry.page, marked));
    if (entry.title) {
      const page = document.createElement("span");
      page.className = "page-name";
      page.textContent = entry.page;
      item.append(" ", page);
    }
    if (entry.text) item.append(put(document.createElement("p"), part(entry.text, marked), marked));
    return item;
  };

  const show = () => {
    const phrases = synonyms.filter(([said]) => said.includes(" "));
    const typed = phrases.reduce((text, [said, meant]) => text.replace(said, meant.split(",")[0]), fold(input.value));
    const words = typed.split(" ").filter(Boolean);
    // What has the very words comes first, then what writes them otherwise.
    const exact = words.length === 0 ? [] : hits(words, quoted);
    const sorted = words.length === 0 ? [] : [...new Set([...exact, ...hits(words, loose)])];
    const marked = (entry) => pattern(words, exact.includes(entry) ? quoted : loose);
    list.replaceChildren(...sorted.slice(0, most).map((entry) => shown(entry, marked(entry))));
    found.hidden = words.length === 0;
    listing.hidden = words.length > 0;
    elsewhere.hidden = sorted.length > 0;
    const { none, one, count, first } = status.dataset;
    const text = sorted.length === 0 ? none : sorted.length === 1 ? one : sorted.length > most ? first : count;
    status.textContent = words.length === 0 ? "" : text.replace("{count}", sorted.length).replace("{first}", most);
  };

  // What is looked for stands behind the hash, which no server sees.
  const read = () => {
    if (location.hash.startsWith(key)) {
      try {
        input.value = decodeURIComponent(location.hash.slice(key.length));
      } catch {
        input.value = "";
      }
    }
    show();
  };

  input.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", key + encodeURIComponent(input.value));
    show();
    if (!found.hidden) found.focus();
  });
  addEventListener("hashchange", read);
  read();
});
