/* Loads the page again when one of its own files can't be had: its build is gone, or the hub was away just then.

   The one script without a build in its address, and no module: it has to be there when those are not. The page is loaded
   once the hub answers, and for one build not again within ten minutes: a file that stays away must not load it for ever. */
(() => {
  const AGAIN_AFTER = 600000;
  const ASK_EVERY = 4000;
  const KEY = "page.loaded_again";
  const NO_MODULE = /dynamically imported module|importing a module script failed/i;
  let wanted = false;

  function missed(build) {
    if (wanted) return;
    wanted = true;
    const last = remembered();
    const ago = Math.abs(Date.now() - last.at);
    setTimeout(ask, last.build === build && ago < AGAIN_AFTER ? AGAIN_AFTER - ago : 0, build);
  }

  function ask(build) {
    fetch(location.href, { credentials: "same-origin", cache: "no-store" })
      .then((answer) => {
        if (answer.status >= 500) throw new Error(`page answered ${answer.status}`);
        sessionStorage.setItem(KEY, JSON.stringify({ build, at: Date.now() }));
        location.reload();
      })
      .catch(() => {
        setTimeout(ask, ASK_EVERY * (1 + Math.random()), build);
      });
  }

  /* Without a memory the page is not loaded again: it could not know that it was. */
  function remembered() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY)) || { build: "", at: 0 };
    } catch (_error) {
      return { build: "", at: 0 };
    }
  }

  /* The build in the address of a file of ours, else "". */
  function buildOf(address) {
    const found = /^\/static\/(\w+)\//.exec(address ? new URL(address, location.href).pathname : "");
    return found ? found[1] : "";
  }

  window.addEventListener(
    "error",
    (event) => {
      const build = event.target === window ? "" : buildOf(event.target.src || event.target.href);
      if (build) missed(build);
    },
    true,
  );
  window.addEventListener("unhandledrejection", (event) => {
    if (NO_MODULE.test(String(event.reason))) missed("a module");
  });
})();
