import type { Messages } from "@/shared/i18n/messages";

export const evaluation: Messages["evaluation"] = {
  pageTitle: "Auswertung",
};
