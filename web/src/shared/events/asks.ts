/** What the server has of people, written into index.html: it asks for consent where there is anything. */
const PEOPLE = globalThis.document?.querySelector<HTMLMetaElement>('meta[name="people"]')?.content ?? "";

export const ASKS_FOR_CONSENT = PEOPLE !== "";
export const HAS_EVENTS = PEOPLE.split(" ").includes("events");
