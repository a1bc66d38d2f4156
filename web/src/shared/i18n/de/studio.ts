import type { Messages } from "@/shared/i18n/messages";

export const studio: Messages["studio"] = {
  pageTitle: "Outfit-Studio",
};
