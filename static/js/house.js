// What a page can do without, but is nicer with. Nothing here is needed to send a form.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (what, where = document) => [...where.querySelectorAll(what)];

  // Light or dark, remembered on this device; the server prints it into the page the next time.
  for (const button of all("[data-theme-switch]")) {
    const [light, dark] = button.dataset.themeSwitch.split("|");
    const system = matchMedia("(prefers-color-scheme:dark)");
    const isDark = () => (root.dataset.bsTheme ? root.dataset.bsTheme === "dark" : system.matches);
    const name = () => { button.textContent = isDark() ? light : dark; };
    button.addEventListener("click", () => {
      root.dataset.bsTheme = isDark() ? "light" : "dark";
      document.cookie = `theme=${root.dataset.bsTheme};path=/;max-age=31536000;samesite=lax`;
      name();
    });
    button.hidden = false;
    name();
  }

  // Menus close on Escape, on a click beside them, and when focus leaves.
  const menus = () => all("details.menu[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });

  // How much was written, in words, of how much fits, as the server counts: a line break and an emoji are one each,
  // what is blank before and after is none.
  for (const field of all("textarea[data-max]")) {
    const line = field.nextElementSibling?.querySelector("[data-count]");
    if (!line) continue;
    const max = Number(field.dataset.max);
    const count = () => {
      const used = [...field.value.trim()].length;
      const number = field.value.split(/\s+/).filter(Boolean).length;
      const [one, more] = line.dataset.words.split("|");
      const fits = line.dataset.count.replace("##", max).replace("#", used);
      line.textContent = `${number === 1 ? one : more.replace("#", number)} · ${fits}`;
      line.classList.toggle("st-err", used > max);
    };
    field.addEventListener("input", count);
    count();
  }

  // Mistakes are told by the page, at the field, in the reader's language; not by the browser's own balloon.
  for (const form of all("form[method=post]")) form.noValidate = true;

  // The first mistake gets the focus.
  document.querySelector(".errsum")?.focus({ preventScroll: false });

  // What is typed into a form is kept; what arrived is not any more.
  const { device, unsent: keeper, leaving } = document.currentScript.dataset;
  const load = (address) => new Promise((done) => {
    document.head.append(Object.assign(document.createElement("script"), { src: address, onload: done, onerror: done }));
  });
  const arrived = /(?:^|; )arrived=([a-z0-9]+)/.exec(document.cookie)?.[1];
  const long = all("form[method=post]").some((form) => form.querySelector("textarea") && !("autosave" in form.dataset));
  (async () => {
    if (!arrived && !long) return;
    if (!window.device) await load(device);
    if (arrived) {
      for (const name of await window.device.names("unsent:")) {
        if ((await window.device.read(name))?.id === arrived) await window.device.drop(name);
      }
      document.cookie = "arrived=;path=/;max-age=0";
    }
    if (long) load(keeper);
  })();

  // Text that was typed and not sent is not left behind by accident.
  let unsent = false;
  for (const form of all("form[method=post]")) {
    if (!form.querySelector("textarea")) continue;
    form.addEventListener("input", () => { unsent = true; });
    form.addEventListener("submit", () => { unsent = false; });
  }
  addEventListener("beforeunload", (event) => { if (unsent) event.preventDefault(); });
  // A page that keeps its text on the device has nothing to warn of.
  window.unsentIsKept = () => { unsent = false; };

  // Nothing comes back after signing out. What was typed here goes along, once its author says so; a page that the
  // browser kept as it was is hidden, and asked for again when it comes back.
  const who = document.querySelector("[data-who]")?.dataset.who;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || !who || new URL(form.action).pathname !== "/accounts/logout/") return;
    event.preventDefault();
    if (!window.device) await load(device);
    if (!window.leave) await load(leaving);
    if (window.device && window.leave) window.leave(form, who);
    else form.submit();
  });
  if (who) {
    addEventListener("pagehide", (event) => { root.hidden = event.persisted; });
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  // Twice on the button sends once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
  addEventListener("pageshow", () => { for (const form of all("form[data-sent]")) delete form.dataset.sent; });

  // How long a call is still open, in its last two days, by the server's clock and not by this device's.
  const LAST = 48 * 3600;
  for (const line of all("[data-until]")) {
    const started = performance.now();
    const tick = () => {
      const now = Number(line.dataset.serverNow) + performance.now() - started;
      const left = Math.ceil((Number(line.dataset.until) - now) / 1000);
      if (left > LAST) return;
      const two = (words, one, other) => words.replace("##", other).replace("#", one);
      if (left <= 0) { line.textContent = line.dataset.over; return; }
      if (left >= 3600) line.textContent = two(line.dataset.hours, Math.floor(left / 3600), Math.floor(left / 60) % 60);
      else line.textContent = two(line.dataset.minutes, Math.floor(left / 60), left % 60);
      setTimeout(tick, 1000);
    };
    tick();
  }

  // Copy a link: <button data-copy="https://…" data-done="Copied">.
  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
    });
  }
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
