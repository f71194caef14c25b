// The form saves by itself: on this device with every letter, on the server a moment later. Nothing typed is lost, and
// nothing is overwritten that somebody has not seen: a page made on an older version asks to look at both.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  const note = document.querySelector("[data-saved]");
  if (!form || !note) return;
  const PAUSE = 1500, LONGEST = 10000, AGAIN = 15000, PATIENCE = 30000;
  const field = (name) => form.elements.namedItem(name);
  const of = (fields, name) => (fields.find(([one]) => one === name) || [])[1];
  const byHand = "byHand" in form.dataset;  // both versions are in sight: only a press saves
  const fresh = !byHand && !("typed" in form.dataset);

  // --- what stands on the page ---
  const ASIDE = ["csrfmiddlewaretoken", "do"], STAMP = ["author", "version", "base"];
  const typed = () => [...new FormData(form)].filter(([name]) => !ASIDE.includes(name));
  // Line ends and spaces at the edges are no difference: the server leaves them out too.
  const words = (fields) => JSON.stringify(fields
    .filter(([name]) => !STAMP.includes(name) && !/_FORMS$|-id$/.test(name))
    .map(([name, value]) => [name, value.replace(/\r\n/g, "\n").trim()])
    .filter(([, value]) => value).sort());

  // --- what is kept on this device, for each window apart ---
  const { device } = window;
  const { own, read, drop } = device;
  const prefix = `draft:${field("author").dataset.who}:${form.dataset.autosave}:`;
  let key = prefix + device.tab(), keeping = false;
  const keeper = device.keeper(() => key, () => ({ fields: typed(), at: Date.now() }), () => {
    keeping = false;
    note.dataset.device = "kept";
  });
  const keep = () => {
    note.dataset.device = "";
    keeping = true;
    return keeper();
  };

  // --- what is said ---
  // The state is told to the eye by the stylesheet: typing, saved, kept (on this device only) or both.
  const say = (state, text, ...offers) => {
    note.dataset.saved = state;
    document.querySelectorAll("[data-said]").forEach((place) => device.tell(place, text, offers));
  };
  const tell = (name, detail = "") => note.dataset[name].replace("#", detail);
  const { clock } = device;

  // --- sending ---
  let stopped = byHand, sending = false, again = false, out = false, waits = 0, timer = 0, pressed;
  const soon = () => {
    if (stopped) return;
    waits ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(send, Math.max(0, Math.min(PAUSE, waits + LONGEST - Date.now())));
  };
  const later = () => { again = true; clearTimeout(timer); timer = setTimeout(send, AGAIN); };

  // What was sent and got no answer may have arrived all the same: then it is no other window that changed the draft.
  let unanswered = [];
  const arrived = async () => {
    const { page } = unanswered.length ? await load(form.action).catch(() => ({})) : {};
    const theirs = page?.querySelector("form[data-autosave]");
    if (theirs?.dataset.autosave !== form.dataset.autosave) return false;
    if (!unanswered.includes(words([...new FormData(theirs)].filter(([name]) => !ASIDE.includes(name))))) return false;
    for (const one of theirs.querySelectorAll("[name=version], [name=base], [name$=-id]")) {
      if (field(one.name)) field(one.name).value = one.value;
    }
    unanswered = [];
    return true;
  };

  async function send() {
    clearTimeout(timer);
    if (stopped || sending || !(again || waits)) return;
    sending = true;
    waits = 0;
    const fields = typed(), before = JSON.stringify(fields);
    const body = new FormData(form);
    let answer, data = {};
    try {
      const headers = { "X-Autosave": "1" };
      answer = await fetch(form.action, { method: "POST", body, headers, redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
      data = await answer.json();
    } catch { /* no connection, or no answer that makes sense */ }
    if (answer?.status === 409 && data.both && await arrived()) {
      sending = out = false;
      again = true;
      soon();
      return;
    }
    sending = again = out = false;
    if (!answer || answer.status >= 500) unanswered.push(words(fields));
    if (answer?.ok) saved(data, JSON.stringify(typed()) !== before);
    else if (answer?.status === 401 || (answer?.status === 403 && data.signed_in === false)) signedOut();
    else if (answer?.status === 403) await renew() ? soon() : later();
    else if (answer?.status === 409 && data.both) {
      stopped = true;
      say("both", note.dataset.both, [note.dataset.see, () => seeBoth(typed())]);
    } else if ([409, 410].includes(answer?.status)) {
      stopped = true;
      say("kept", `${data.reason} ${note.dataset.closed}`);
    } else if (answer?.status === 422) say("kept", tell("refused", data.reason));
    else { say("kept", note.dataset.offline); later(); }
    if (!answer) pressed = undefined;
    if (pressed !== undefined && !out) { const by = pressed; pressed = undefined; form.requestSubmit(by); }
  }

  function saved(data, changed) {
    unanswered = [];
    field("version").value = data.version;
    field("base").value = data.base;
    (data.ids || []).forEach((id, number) => { field(`goal-${number}-id`).value = id; });
    const fits = document.querySelector("[data-fits]");
    if (data.fits && fits) fits.replaceWith(new DOMParser().parseFromString(data.fits, "text/html").querySelector("[data-fits]"));
    (data.advice || []).forEach((text, number) => {
      const line = document.querySelector(`[data-advice="${number}"]`);
      if (line.textContent !== text) line.textContent = text;
    });
    if (changed) { keep(); soon(); } else if (!keeping) drop(key);
    say(changed ? "typing" : "saved", tell("now", data.saved));
  }

  // The server shows both when it is sent what stands here with the version it was made on.
  function seeBoth(fields) {
    const copy = Object.assign(document.createElement("form"), { method: "post", action: form.action, hidden: true });
    // Whose page this is says the page, not the copy: one kept long ago may carry a mark that no longer counts.
    const fresh = ["csrfmiddlewaretoken", "author"].map((name) => [name, field(name).value]);
    for (const [name, value] of [...fresh, ["do", "stay"], ...fields.filter(([one]) => one !== "author")]) {
      copy.append(Object.assign(document.createElement("textarea"), { name, value }));
    }
    document.body.append(copy);
    window.unsentIsKept?.();
    copy.submit();
  }

  // --- signing in without leaving the page ---
  const dialog = document.getElementById("sign-in");
  const door = dialog?.querySelector("[data-sign-in]");
  const load = async (address, options) => {
    const answer = await fetch(address, options);
    return { url: answer.url, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  };
  // A fresh token when we are in; what stands on the page stays as it is. Somebody else gets a page of their own.
  const renew = async () => {
    const { page } = await load(form.action).catch(() => ({}));
    const theirs = page?.querySelector("form[data-autosave]");
    if (!theirs) return false;
    if (theirs.dataset.autosave !== form.dataset.autosave) { location.reload(); return false; }
    for (const name of ["csrfmiddlewaretoken", "author"]) {
      const { value } = theirs.querySelector(`[name=${name}]`);
      document.querySelectorAll(`[name=${name}]`).forEach((one) => { one.value = value; });
    }
    return true;
  };
  const show = async (address, options) => {
    const { url, page } = await load(address, options).catch(() => ({}));
    if (!page) return;
    if (!new URL(url).pathname.startsWith("/accounts/") && await renew()) {
      dialog.close();
      again = true;
      send();
      return;
    }
    const inside = page.querySelector("main");
    inside.querySelectorAll("script, nav, aside, h1").forEach((one) => one.remove());
    inside.querySelectorAll("form").forEach((one) => { one.action = new URL(one.getAttribute("action") || url, url); });
    door.replaceChildren(...inside.childNodes);
    door.querySelector("input:not([type=hidden])")?.focus();
  };
  const signIn = () => {
    if (!dialog?.showModal || dialog.open) return false;
    dialog.showModal();
    show(`/accounts/login/?next=${encodeURIComponent(location.pathname)}`);
    return true;
  };
  // Whoever is typing is not interrupted: the dialog opens on a press.
  function signedOut() {
    out = again = true;
    say("kept", note.dataset.out, [note.dataset.in, signIn]);
    if (pressed !== undefined) signIn();
  }
  dialog?.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    show(event.target.action, { method: "POST", body: new FormData(event.target, event.submitter) });
  });
  dialog?.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && new URL(link.href).pathname.startsWith("/accounts/")) { event.preventDefault(); show(link.href); }
    if (event.target.closest("[data-close]")) { pressed = undefined; dialog.close(); }
  });

  // --- typing and leaving ---
  form.addEventListener("input", () => {
    keep();
    soon();
    if (note.dataset.saved === "saved") note.dataset.saved = "typing";
  });
  form.addEventListener("submit", (event) => {
    keep();
    if (sending || (out && dialog?.showModal)) {
      // One after the other: what is under way arrives first, and without sign-in nothing does.
      event.preventDefault();
      event.stopPropagation();
      pressed = event.submitter;
      if (!sending) signIn();
      return;
    }
    if (!navigator.onLine) {
      event.preventDefault();
      event.stopPropagation();
      say("kept", note.dataset.offline);
      later();
      return;
    }
    clearTimeout(timer);
    stopped = true;
    own.sent = key;
  });
  addEventListener("online", () => { if (again || waits) send(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && waits) send(); });
  // A page that comes back as it was left may be older than what was saved since.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // --- coming back: text that was kept and never arrived ---
  const restore = (copy) => {
    for (const one of form.elements) {
      if (!one.name || STAMP.includes(one.name) || ASIDE.includes(one.name)) continue;
      const values = copy.fields.filter(([name]) => name === one.name).map(([, value]) => value);
      if (one.type === "checkbox" || one.type === "radio") one.checked = values.includes(one.value);
      else if (values.length) one.value = values[0];
      one.dispatchEvent(new Event("input"));
    }
    keep();
    say("kept", tell("restored", clock(copy.at)));
    soon();
  };
  const look = async () => {
    const open = await device.windows();
    if (open.has(key)) key = prefix + device.tab("anew");  // a duplicated window
    device.hold(key);
    if (!fresh) { keep(); return; }
    const arrived = own.sent && await read(own.sent);
    if (arrived && Number(of(arrived.fields, "version")) < Number(field("version").value)) await drop(own.sent);
    own.sent = "";
    for (const name of (await device.names(prefix)).filter((one) => !open.has(one))) {
      const copy = await read(name);
      const asIs = of(copy.fields, "base") === field("base").value && copy.fields.every(([one]) => field(one));
      if (words(copy.fields) === words(typed())) drop(name);
      else if (asIs && !waits) { drop(name); restore(copy); return; } else {
        say("both", tell("older", clock(copy.at)),
          [note.dataset.see, () => { drop(name); seeBoth(copy.fields); }],
          [note.dataset.drop, () => { drop(name); say("saved", ""); }]);
        return;
      }
    }
  };
  look();
})();
