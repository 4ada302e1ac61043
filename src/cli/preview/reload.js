// Reloads the page of a preview as soon as the policy or a template was edited, and keeps its panel closed that was closed.
"use strict";
(() => {
  const number = document.currentScript.dataset.number;
  // The panel stays closed while its title says the same.
  for (const panel of document.querySelectorAll(".hokan-preview details")) {
    const title = panel.querySelector("summary").textContent;
    const closed = "hokan-preview-closed";
    panel.open = sessionStorage.getItem(closed) !== title;
    panel.addEventListener("toggle", () => {
      if (panel.open) sessionStorage.removeItem(closed);
      else sessionStorage.setItem(closed, title);
    });
  }
  const pause = () => new Promise((go) => setTimeout(go, 1000));
  const wait = async () => {
    for (;;) {
      try {
        const answer = await fetch(`/.preview/wait?${number}`, { cache: "no-store" });
        if (answer.ok && (await answer.text()) !== number) {
          location.reload();
          return;
        }
        if (!answer.ok) await pause();
      } catch {
        await pause();
      }
    }
  };
  wait();
})();
