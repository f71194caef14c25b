// Every form with a text to write keeps what is typed: on this device with every letter, with the house at each pause.
// It comes back to its author on any page that shows the form again, and is gone once it was sent.
(() => {
  "use strict";
  const PAUSE = 1500, LONGEST = 10000, AGAIN = 15000, PATIENCE = 30000, OLD = 30 * 86400000;
  const { device } = window;
  const [NOTHING, AFTER] = [["hidden", "submit", "button", "file", "password", "image", "reset"], ".acts2, .acts, .bulk"];
  const forms = [...document.querySelectorAll("form[method=post]")]
    .filter((form) => form.querySelector("textarea") && !("autosave" in form.dataset));

  forms.forEach((form, number) => {
    const author = form.elements.namedItem("author");
    const address = `${new URL(form.action, location).pathname}#${number}`;
    const prefix = `unsent:${author?.dataset.who || ""}:${address}:`;
    const controls = () => [...form.elements].filter((one) => one.name && !NOTHING.includes(one.type));
    const typed = () => controls().flatMap((one) => {
      if (one.type === "checkbox" || one.type === "radio") return one.checked ? [[one.name, one.value]] : [];
      return one.selectedOptions ? [...one.selectedOptions].map((option) => [one.name, option.value]) : [[one.name, one.value]];
    });
    // Line ends and spaces at the edges are no difference: the server leaves them out too.
    const words = (fields) => JSON.stringify(fields
      .map(([name, value]) => [name, value.replace(/\r\n/g, "\n").trim()]).filter(([, value]) => value).sort());
    const digest = (text) => {
      let sum = 5381n;
      for (const letter of text) sum = (sum * 33n + BigInt(letter.codePointAt(0))) & 0xffffffffffffn;
      return sum.toString(36);
    };
    const before = words(typed()), base = digest(before);
    const mark = Object.assign(document.createElement("input"), { type: "hidden", name: "unsent" });
    const id = device.random();
    mark.value = `${id} ${address}`;
    form.append(mark);

    // --- what is said ---
    let text = {};
    const line = Object.assign(document.createElement("p"), { className: "small muted unsent" });
    line.setAttribute("role", "status");
    const say = (said, at = "", ...offers) => {
      if (!line.isConnected) (form.querySelector(AFTER) || form.lastElementChild).before(line);
      device.tell(line, (text[said] || "").replace("#", at), offers.map(([label, act]) => [text[label], act]));
      line.dataset.unsent = said;
    };

    // --- keeping ---
    let touched = false, key = prefix + device.tab(), stopped = false, waits = 0, timer = 0, sending = false, again = false;
    let shows = false, asks = false;
    const keep = device.keeper(
      () => key,
      () => ({ id, base, fields: typed(), at: Date.now() }),
      () => { if (!author && !stopped) say("device"); },
    );
    const soon = () => {
      // What is only shown was typed elsewhere, and stays of that moment; while two texts are asked about, both stay.
      if (stopped || !author || shows || asks) return;
      waits ||= Date.now();
      clearTimeout(timer);
      timer = setTimeout(send, Math.max(0, Math.min(PAUSE, waits + LONGEST - Date.now())));
    };
    const later = () => { again = true; clearTimeout(timer); timer = setTimeout(send, AGAIN); };
    async function send() {
      clearTimeout(timer);
      if (stopped || sending || !(again || waits)) return;
      sending = true;
      waits = 0;
      const body = new FormData();
      for (const name of ["csrfmiddlewaretoken", "author"]) body.append(name, form.elements.namedItem(name).value);
      for (const [name, value] of Object.entries({ form: address, base, fields: JSON.stringify(typed()) })) body.append(name, value);
      let answer, data = {};
      try {
        const headers = { "X-Autosave": "1" };
        answer = await fetch("/my/unsent/", { method: "POST", body, headers, redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
        data = await answer.json();
      } catch { /* no connection, or no answer that makes sense */ }
      sending = again = false;
      if (stopped) return;
      if (answer?.ok && line.dataset.unsent === "restored" && !touched) return;
      if (answer?.ok) say("saved", data.saved);
      else if (answer?.status === 401 || data.signed_in === false) say("out");
      else if (answer && answer.status < 500) { text.reason = data.reason || ""; say("reason"); }
      else { say("offline"); later(); }
    }
    form.addEventListener("input", (event) => { touched ||= event.isTrusted; keep(); soon(); });
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      keep();
      if (!navigator.onLine) { event.preventDefault(); event.stopPropagation(); say("offline"); later(); return; }
      clearTimeout(timer);
      stopped = true;
    });
    addEventListener("online", () => { if (again || waits) send(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden && waits) send(); });
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

    // --- coming back ---
    const put = (fields) => {
      for (const one of controls()) {
        const values = fields.filter(([name]) => name === one.name).map(([, value]) => value);
        if (one.type === "checkbox" || one.type === "radio") one.checked = values.includes(one.value);
        else if (one.selectedOptions) for (const option of one.options) option.selected = values.includes(option.value);
        else if (values.length) one.value = one.multiple ? values : values[0];
        one.dispatchEvent(new Event("input", { bubbles: true }));
        one.dispatchEvent(new Event("change", { bubbles: true }));
      }
    };
    const named = (name) => {
      const [one] = controls().filter((control) => control.name === name);
      const group = one?.closest("fieldset")?.querySelector("legend");
      return ((one?.type === "radio" || one?.type === "checkbox") && group) || one?.labels?.[0] || group;
    };
    const shown = (fields, name) => fields.filter(([one]) => one === name).map(([, value]) => {
      const chosen = controls().find((one) => one.name === name && one.value === value && /radio|checkbox/.test(one.type));
      const option = controls().find((one) => one.name === name && one.options);
      return chosen?.labels?.[0]?.textContent.trim() || [...option?.options || []].find((one) => one.value === value)?.text || value;
    }).filter(Boolean).join(", ") || text.empty;
    const both = (copy, drop) => {
      const make = (kind, content, className = "") => Object.assign(document.createElement(kind), { textContent: content, className });
      const dialog = make("dialog", "", "dlg");
      const [here, said] = [typed(), copy.when || device.clock(copy.at)];
      dialog.append(make("h2", text.title));
      for (const name of new Set([...here, ...copy.fields].map(([one]) => one))) {
        const [mine, theirs] = [shown(here, name), shown(copy.fields, name)];
        if (mine === theirs) continue;
        const list = make("dl", "", "lines");
        list.append(make("dt", text.here, "micro muted"), make("dd", mine, "own letter-text"));
        list.append(make("dt", text.there.replace("#", said), "micro muted"), make("dd", theirs, "own letter-text"));
        dialog.append(make("h3", named(name)?.firstChild?.textContent.trim() || named(name)?.textContent.trim() || "", "h4"), list);
      }
      const acts = make("p", "", "acts");
      const [use, stay] = [make("button", text.use.replace("#", said), "btn btn-primary"), make("button", text.stay, "btn btn-link")];
      use.type = stay.type = "button";
      use.addEventListener("click", () => { dialog.close(); drop(); put(copy.fields); });
      stay.addEventListener("click", () => { dialog.close(); drop(); say(""); soon(); });
      acts.append(use, stay);
      dialog.append(acts);
      dialog.addEventListener("close", () => dialog.remove());
      document.body.append(dialog);
      dialog.showModal();
    };
    const look = async () => {
      const open = await device.windows();
      if (open.has(key)) key = prefix + device.tab("anew");  // a duplicated window
      device.hold(key);
      const asked = fetch(`/my/unsent/?${new URLSearchParams({ form: address })}`, { headers: { "X-Autosave": "1" } });
      const found = await asked.then((answer) => answer.json()).catch(() => ({}));
      text = found.words || {};
      const copies = found.kept ? [{ ...found.kept, when: found.when }] : [];
      for (const name of await device.names(prefix)) {
        const copy = !open.has(name) && await device.read(name);
        if (!copy) continue;
        if (words(copy.fields) === before || Date.now() - copy.at > OLD) device.drop(name);
        else copies.push({ ...copy, name });
      }
      const [copy, ...older] = copies.filter((one) => words(one.fields) !== before).sort((one, other) => other.at - one.at);
      if (!copy) return;
      const within = ([name, value]) => copy.fields.some(([there, whole]) => there === name && whole.includes(value.trim()));
      const other = older.find((one) => !one.fields.every(within));
      const drop = (but) => copies.forEach((one) => one !== but && one.name && one.name !== key && device.drop(one.name));
      const fits = copy.base === base && copy.fields.every(([name]) => controls().some((one) => one.name === name));
      if (fits && words(typed()) === before) {
        drop(other);
        [shows, asks] = [!copy.name, Boolean(other)];
        put(copy.fields);
        shows = false;
        const settle = () => { asks = false; drop(); };
        if (!other) say("restored", copy.when || device.clock(copy.at));
        else say("other", other.when || device.clock(other.at),
          ["see", () => both(other, settle)], ["leave", () => { settle(); say(""); soon(); }]);
      } else {
        say("older", copy.when || device.clock(copy.at),
          ["see", () => both(copy, drop)], ["leave", () => { drop(); say(""); if (found.kept) { waits = 1; send(); } }]);
      }
    };
    look().finally(() => { form.dataset.unsent = "ready"; });
  });
})();
