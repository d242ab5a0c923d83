import { type Language } from "./strings";

const en = {
  "user": "Name",
  "password": "Password",
  "button": "Sign in",
  "wrong": "The name or the password is wrong.",
  "wait": "That did not work. Wait a little, then try again.",
  "page": "Other ways to sign in",
};

export type SignInKey = keyof typeof en;
type Table = Readonly<Record<SignInKey, string>>;

const de: Table = {
  "user": "Name",
  "password": "Passwort",
  "button": "Anmelden",
  "wrong": "Name oder Passwort ist falsch.",
  "wait": "Das ging nicht. Bitte etwas warten, dann erneut.",
  "page": "Anders anmelden",
};

/** The texts of the form that any page may show. */
export const signInStrings: Readonly<Record<Language, Table>> = { en, de };
