/** Words about somebody's mood or character: no page says any of them. */
export const moods = /angry|annoyed|stressed|nervous|calm|tired|friendly|\bcold|rude|bored|mood|wütend|genervt|gestresst|nervös|ruhig|müde|freundlich|unhöflich|Stimmung/i;
