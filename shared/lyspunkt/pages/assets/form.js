// The public form works without this. With it, a draft outlives a lost connection, and pictures are sent in one go.
"use strict";

const KEY = "lyspunkt-draft";

function store(action) {
  // Private windows and full disks refuse; then there is no draft, and nothing else is missing
  try { return action(window.localStorage); } catch { return null; }
}

function keepDraft(form) {
  const fields = Array.from(form.elements).filter((field) => field.name && !["hidden", "submit"].includes(field.type) && field.name !== "website");
  const kept = JSON.parse(store((storage) => storage.getItem(KEY)) || "null");
  if (kept && fields.every((field) => field.type === "checkbox" ? !field.checked : !field.value)) {
    for (const field of fields) {
      if (field.type === "checkbox") field.checked = kept[field.name] === true;
      else field.value = kept[field.name] || "";
    }
    tellOfDraft(form, fields);
  }
  form.addEventListener("input", () => {
    const typed = Object.fromEntries(fields.map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]));
    store((storage) => storage.setItem(KEY, JSON.stringify(typed)));
  });
}

function tellOfDraft(form, fields) {
  const told = document.createElement("p");
  told.className = "said";
  told.setAttribute("role", "status");
  told.textContent = form.dataset.kept + " ";
  const forget = document.createElement("button");
  forget.type = "button";
  forget.className = "link";
  forget.textContent = form.dataset.forget;
  forget.addEventListener("click", () => {
    store((storage) => storage.removeItem(KEY));
    for (const field of fields) {
      if (field.type === "checkbox") field.checked = false;
      else field.value = "";
    }
    told.remove();
  });
  told.append(forget);
  form.before(told);
}

function sendPictures(form) {
  const chosen = form.querySelector("input[type=file]");
  const onward = document.querySelector("#describe-form [type=submit]");
  let waiting = Promise.resolve();
  chosen.multiple = true;
  // Choosing is enough: a picture that is chosen and not sent would be missing from the story
  document.getElementById("upload").hidden = true;
  const take = () => {
    const files = Array.from(chosen.files);
    chosen.value = "";
    if (!files.length) return;
    onward.disabled = true;
    const mine = waiting.then(() => sendAll(form, files)).finally(() => { onward.disabled = waiting !== mine; });
    waiting = mine;
  };
  chosen.addEventListener("change", take);
  take(); // who is quicker than this script has chosen already
}

async function sendAll(form, files) {
  const state = document.getElementById("upload-state");
  const failed = [];
  state.className = "";
  for (const [index, file] of files.entries()) {
    state.textContent = form.dataset.uploading.replace("{number}", index + 1).replace("{count}", files.length);
    const room = document.querySelectorAll("#pictures [data-picture]").length < Number(form.dataset.pictures);
    if (!room || !(await sendOne(form, file))) failed.push(file.name);
  }
  state.className = failed.length ? "error" : "";
  state.textContent = failed.length ? `${form.dataset.failed} ${failed.join(", ")}` : form.dataset.done;
}

async function sendOne(form, file) {
  if (file.size > Number(form.dataset.most) * 1024 * 1024) return false;
  const data = new FormData();
  const name = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  for (const field of form.querySelectorAll("input[type=hidden]")) {
    data.append(field.name, field.name === "key" ? field.value.replace(/[^/]*$/, name) : field.value);
  }
  data.append("file", file);
  try {
    // The bucket answers with a redirect to this page, which is as good as a yes and need not be followed
    const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
    if (!answer.ok && answer.type !== "opaqueredirect") return false;
  } catch {
    return false;
  }
  describe(name, file);
  return true;
}

function describe(name, file) {
  const pictures = document.getElementById("pictures");
  const number = pictures.querySelectorAll("[data-picture]").length + 1;
  const size = `${Math.max(file.size / 1048576, 0.1).toFixed(1)} MB`;
  const holder = document.createElement("div");
  holder.append(document.getElementById("picture-template").content.cloneNode(true));
  for (const node of holder.querySelectorAll("[name], [id], [for]")) {
    for (const attribute of ["name", "id", "for"]) {
      if (node.hasAttribute(attribute)) node.setAttribute(attribute, node.getAttribute(attribute).replace("NAME", name));
    }
  }
  const legend = holder.querySelector("legend");
  legend.firstChild.textContent = legend.firstChild.textContent.replace("NUMBER", number);
  legend.querySelector(".optional").textContent = size;
  if (["image/jpeg", "image/png", "image/gif", "image/webp"].includes(file.type)) {
    const shown = document.createElement("img");
    shown.src = URL.createObjectURL(file);
    shown.alt = "";
    legend.after(shown);
  }
  pictures.append(...holder.children);
  document.getElementById("no-pictures")?.remove();
}

const storyForm = document.getElementById("story-form");
if (storyForm) keepDraft(storyForm);
const uploadForm = document.getElementById("upload-form");
if (uploadForm) sendPictures(uploadForm);
if (uploadForm || document.getElementById("story-sent")) store((storage) => storage.removeItem(KEY));
