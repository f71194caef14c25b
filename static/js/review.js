// Keys for reviewers: 1-5 choose, j and k walk the criteria, comma and full stop the applications. They can be turned off.
(() => {
  "use strict";
  const form = document.querySelector("form[data-keys]");
  const keyed = [...document.querySelectorAll(".keyed")];
  const button = document.querySelector("[data-keys-switch]");
  let on = true;
  try { on = localStorage.getItem("review-keys") !== "off"; } catch { /* a device that remembers nothing */ }

  const show = () => {
    for (const hint of keyed) if (hint.tagName === "KBD") hint.hidden = !on;
    if (!button) return;
    const [off, again] = button.dataset.keysSwitch.split("|");
    button.textContent = on ? off : again;
    button.hidden = false;
  };
  button?.addEventListener("click", () => {
    on = !on;
    try { localStorage.setItem("review-keys", on ? "on" : "off"); } catch { /* not remembered then */ }
    show();
  });
  show();

  const criteria = form ? [...form.querySelectorAll("[data-criterion]")] : [];
  const current = () => {
    const here = criteria.findIndex((one) => one.contains(document.activeElement));
    return here < 0 ? criteria.findIndex((one) => !one.querySelector("input:checked")) : here;
  };
  const go = (index) => {
    const one = criteria[Math.min(Math.max(index, 0), criteria.length - 1)];
    (one?.querySelector("input:checked") ?? one?.querySelector("input[type=radio]"))?.focus();
    one?.scrollIntoView({ block: "nearest" });
  };
  const writing = (field) => field.matches("textarea, input:not([type=radio]), select");

  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
    if (event.key === "," || event.key === ".") {
      document.querySelector(event.key === "," ? ".abar [rel=prev]" : ".abar [rel=next]")?.click();
    } else if (event.key === "j") go(current() + 1);
    else if (event.key === "k") go(current() - 1);
    else if (/^[1-5]$/.test(event.key) && criteria.length) {
      const radio = criteria[Math.max(current(), 0)].querySelector(`input[value="${event.key}"]`);
      if (!radio) return;
      radio.checked = true;
      radio.focus();
      radio.dispatchEvent(new Event("input", { bubbles: true }));
    } else return;
    event.preventDefault();
  });
})();
