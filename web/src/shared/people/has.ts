/** Whether the server has accounts; it writes that into index.html, so that nothing has to be asked for. */
export const HAS_ACCOUNTS =
  globalThis.document?.querySelector<HTMLMetaElement>('meta[name="people"]')?.content.split(" ").includes("accounts") ??
  false;
