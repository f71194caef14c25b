// Signing out takes along what was typed on this device and never sent, once its author says so. Text of others stays.
window.leave = async (form, who) => {
  "use strict";
  const { device } = window;
  const mine = (await device.names("")).filter((name) => name.split(":")[1] === who);
  const copies = (await Promise.all(mine.map(device.read))).filter(Boolean);
  if (!copies.length) { form.submit(); return; }
  const headers = { "X-Autosave": "1" };
  const { words } = await fetch("/my/unsent/", { headers }).then((answer) => answer.json()).catch(() => ({}));
  if (!words) { form.submit(); return; }
  const make = (kind, content, className = "") => Object.assign(document.createElement(kind), { textContent: content, className });
  const dialog = make("dialog", "", "dlg"), acts = make("p", "", "acts");
  const [go, stay] = [make("button", words.go, "btn btn-primary"), make("button", words.not_yet, "btn btn-link")];
  go.type = stay.type = "button";
  go.addEventListener("click", async () => {
    await Promise.all(mine.map(device.drop));
    form.submit();
  });
  stay.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  acts.append(go, stay);
  const last = device.clock(Math.max(...copies.map((copy) => copy.at)));
  dialog.append(make("h2", words.leaving), make("p", words.still.replace("#", last)), make("p", words.first), acts);
  document.body.append(dialog);
  dialog.showModal();
};
