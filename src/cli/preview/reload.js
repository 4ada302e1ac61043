// Reloads the page of a preview as soon as the policy or a template was edited.
"use strict";
(() => {
  const number = document.currentScript.dataset.number;
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
