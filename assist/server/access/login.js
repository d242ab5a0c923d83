/* Log in, then go where this person works. One form: it needs no build and no framework. */

const TEXTS = {
  en: {
    title: "Log in – Call Assist",
    user: "Name",
    password: "Password",
    enter: "Log in",
    provider: "Log in with your organisation",
    401: "The name or the password is wrong.",
    429: "Too many tries. Wait a little.",
    other: "The service does not answer. Try again.",
  },
  de: {
    title: "Anmelden – Call Assist",
    user: "Name",
    password: "Kennwort",
    enter: "Anmelden",
    provider: "Über Ihr Unternehmen anmelden",
    401: "Name oder Kennwort stimmt nicht.",
    429: "Zu viele Versuche. Bitte kurz warten.",
    other: "Der Dienst antwortet nicht. Bitte noch einmal versuchen.",
  },
};
/* Only these: an address from elsewhere must not decide where somebody ends up. */
const PAGES = ["/overlay", "/supervisor"];

const language = navigator.language.startsWith("de") ? "de" : "en";
const texts = TEXTS[language];
document.documentElement.lang = language;
document.title = texts.title;
for (const element of document.querySelectorAll("[data-text]")) {
  element.textContent = texts[element.dataset.text];
}

const form = document.querySelector("form");
const trouble = document.querySelector("#trouble");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  trouble.textContent = "";
  try {
    const answer = await fetch("/api/login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    if (answer.ok) {
      location.replace(next((await answer.json()).roles));
      return;
    }
    trouble.textContent = texts[answer.status] ?? texts.other;
  } catch {
    trouble.textContent = texts.other;
  }
  button.disabled = false;
  form.elements.password.select();
});

/** Return the page that was asked for, else the one for these roles. */
function next(roles) {
  const asked = new URLSearchParams(location.search).get("next");
  if (PAGES.includes(asked)) return asked;
  return roles.includes("supervisor") && !roles.includes("agent") ? "/supervisor" : "/overlay";
}
