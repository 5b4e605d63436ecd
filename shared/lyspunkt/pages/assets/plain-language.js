// The edit page says all of this without it, by its button. With it, the hints follow what is typed.
"use strict";

const PAUSE = 1200;

const form = document.getElementById("edit");
const button = document.getElementById("look-again");
let pause = 0;
let asked = null;

async function lookAgain() {
  asked?.abort();
  const mine = (asked = new AbortController());
  let fresh = null;
  try {
    const answer = await fetch(button.formAction, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: mine.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    fresh = page.getElementById("plain-language");
  } catch {
    if (mine.signal.aborted) return;
  }
  // Signed out or without a connection: the button says what is the matter when it is pressed
  button.hidden = Boolean(fresh);
  if (fresh) show(fresh);
}

function show(fresh) {
  const shown = document.getElementById("plain-language");
  if (shown.contains(document.activeElement)) return; // nothing moves under who is reading it
  const folded = fresh.querySelector("details");
  if (folded) folded.open = Boolean(shown.querySelector("details")?.open);
  shown.replaceChildren(...fresh.childNodes);
}

button.hidden = true;
form.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(lookAgain, PAUSE);
});
