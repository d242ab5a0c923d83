/** What the overlay's first sight does not need, and every call does: loaded right after it. */
import "./elements/earlier-list";
import "./elements/last-words";
import "./elements/stage-strip";
import "./elements/wrap-up";
export { keys } from "./keys";
export { wait } from "./waiting";
