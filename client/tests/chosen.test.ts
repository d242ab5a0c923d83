import { expect, test } from "vitest";
import { addressed, CHOSEN } from "../src/chosen";

const asked = (query: string) => addressed({ ...CHOSEN, ui: "de", theme: "dark" }, new URLSearchParams(query));

test("an address comes before what was kept", () => {
  expect(asked("ui=en&theme=light&keys=off")).toMatchObject({ ui: "en", theme: "light", keys: false });
});
test("without an address what was kept stays", () => {
  expect(asked("surface=tab")).toMatchObject({ ui: "de", theme: "dark", keys: true });
});
test("a language or theme that there is not changes nothing", () => {
  expect(asked("ui=fr&theme=pink")).toMatchObject({ ui: "de", theme: "dark" });
});
