/** Whether the server has events or accounts, and so asks for consent; the server writes it into index.html. */
export const ASKS_FOR_CONSENT = Boolean(
  globalThis.document?.querySelector<HTMLMetaElement>('meta[name="people"]')?.content,
);
