import { fill, type Language, type Values } from "./strings";

const en = {
  "mark.empathy": "empathy",
  "mark.summary": "summary",
  "mark.goal": "goal",
  "mark.agreed": "agreed",
  "mark.follow_up": "follow-up",
  "strip.heard": "Heard: {marks}",
  "strip.nothing": "Heard: nothing yet",
  "outcome.open": "shown",
  "outcome.done": "done",
  "outcome.over": "no longer needed",
  "outcome.expired": "passed",
  "outcome.dismissed": "dismissed",
  "outcome.superseded": "replaced",
  "earlier.title": "Earlier nudges",
  "earlier.empty": "Nothing yet",
  "verdict.title": "Your view of this nudge",
  "note.by": "note from {who}",
  "words.agent": "You",
  "words.customer": "Customer",
  "words.title": "Last words",
  "words.speaking": "speaking",
  "wrap.title": "What happened in the call",
  "wrap.promise": "Promised",
  "wrap.break": "Short break?",
  "wrap.review": "Review",
  "wrap.close": "Close",
  "wrap.next": "After the call",
};

export type LaterKey = keyof typeof en;
type Table = Readonly<Record<LaterKey, string>>;

const de: Table = {
  "mark.empathy": "Verständnis",
  "mark.summary": "Zusammenfassung",
  "mark.goal": "Ziel",
  "mark.agreed": "Einigung",
  "mark.follow_up": "Rückmeldung",
  "strip.heard": "Gehört: {marks}",
  "strip.nothing": "Gehört: noch nichts",
  "outcome.open": "gezeigt",
  "outcome.done": "erledigt",
  "outcome.over": "nicht mehr nötig",
  "outcome.expired": "vorbei",
  "outcome.dismissed": "geschlossen",
  "outcome.superseded": "ersetzt",
  "earlier.title": "Frühere Hinweise",
  "earlier.empty": "Noch nichts",
  "verdict.title": "Ihre Sicht auf diesen Hinweis",
  "note.by": "Notiz von {who}",
  "words.agent": "Sie",
  "words.customer": "Kunde",
  "words.title": "Letzte Worte",
  "words.speaking": "spricht",
  "wrap.title": "Was im Gespräch war",
  "wrap.promise": "Zugesagt",
  "wrap.break": "Kurze Pause?",
  "wrap.review": "Ansehen",
  "wrap.close": "Schließen",
  "wrap.next": "Nach dem Gespräch",
};

/** The texts of what the overlay loads later: they come with it. */
export const laterStrings: Readonly<Record<Language, Table>> = { en, de };

export function later(language: Language, key: LaterKey, values: Values = {}): string {
  return fill(laterStrings[language][key], values);
}
